package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A group in the table")
class GroupStepsTest extends StepsTestBase {
    @Test
    @DisplayName("is created once and deleted when it is empty")
    void existence() {
        assertThat(step(() -> table.groups().create("workers"))).isTrue();
        assertThat(step(() -> table.groups().create("workers"))).isFalse();
        assertThat(table.groups().all()).containsExactly("workers");
        enrol(ADA, 1, "{}");
        assertThat(step(() -> table.groups().delete("workers"))).isEqualTo(GroupDeletion.NOT_EMPTY);
        pass(TTL);
        assertThat(step(() -> table.groups().delete("workers"))).isEqualTo(GroupDeletion.DELETED);
        assertThat(step(() -> table.groups().delete("workers"))).isEqualTo(GroupDeletion.NO_GROUP);
        assertThat(roster(-1)).isEqualTo(new RosterReply.NoGroup());
    }

    @Test
    @DisplayName("tells exactly what has changed since any revision that it remembers")
    void deltas() {
        enrol(ADA, 1, "{\"cpu\":1}");
        enrol(BOB, 1, "{}");
        long known = whole().revision();
        assertThat(roster(known)).isEqualTo(new RosterReply.Unchanged());

        step(() -> table.groups().withdraw(member(ADA, 1)));
        enrol(CYD, 1, "{}");
        step(() -> table.groups().amend(member(BOB, 1), 1, "{\"cpu\":2}"));

        var delta = (RosterReply.Delta) roster(known);
        assertThat(delta.left()).containsExactly(member(ADA, 1));
        assertThat(delta.listed()).extracting(RosterEntry::id).containsExactly(member(CYD, 1), member(BOB, 1));
        assertThat(delta.listed().get(1).capabilities()).isEqualTo("{\"cpu\":2}");
        assertThat(delta.revision()).isGreaterThan(known);
        assertThat(roster(delta.revision())).isEqualTo(new RosterReply.Unchanged());
    }

    @Test
    @DisplayName("tells all when it no longer remembers, and says so")
    void lostHistory() {
        enrol(ADA, 1, "{}");
        long known = whole().revision();
        for (int i = 0; i < dev.conclave.table.Groups.HISTORY + 1; i++) {
            int sequence = i + 1;
            enrol(BOB, sequence, "{}");
            step(() -> table.groups().withdraw(member(BOB, sequence)));
            table.maintain();
        }

        var reply = (RosterReply.Whole) roster(known);

        assertThat(reply.historyLost()).isTrue();
        assertThat(reply.entries()).extracting(RosterEntry::id).containsExactly(member(ADA, 1));
        assertThat(whole().historyLost()).isFalse();
    }

    @Test
    @DisplayName("shows a death as a change of its own")
    void death() {
        enrol(ADA, 1, "{}");
        enrol(BOB, 1, "{}");
        pass(TTL.dividedBy(2));
        renew(BOB);
        long known = whole().revision();
        pass(TTL.dividedBy(2));

        var delta = (RosterReply.Delta) roster(known);

        assertThat(delta.left()).containsExactly(member(ADA, 1));
    }

    @Test
    @DisplayName("lets the newest incarnation of a member in, and tells the older")
    void takeOver() {
        SessionId again = new SessionId("ada", "a2");
        step(() -> table.sessions().open(again, table.self(), TTL));
        enrol(ADA, 1, "{}");
        table.wakes();

        var refusing = new Enrolment(member(again, 1), "{}", true, false);
        assertThat(step(() -> table.groups().enrol(refusing))).isEqualTo(EnrolReply.TAKEN);
        assertThat(enrol(again, 1, "{}")).isEqualTo(EnrolReply.ENROLLED);

        assertThat(table.wakes()).contains(new Wake(table.place(), Subjects.hash(ADA)));
        assertThat(whole().entries()).extracting(RosterEntry::id).containsExactly(member(again, 1));
        assertThat(step(() -> table.sessions().renew(ADA, Set.of(), Set.of(member(ADA, 1)))))
                .isEqualTo(new Renewal.Renewed(Set.of(), Set.of(member(ADA, 1))));
    }

    @Test
    @DisplayName("ignores what comes late for an earlier enrolment")
    void lateSteps() {
        enrol(ADA, 1, "{}");
        enrol(ADA, 2, "{\"new\":true}");

        assertThat(enrol(ADA, 1, "{}")).isEqualTo(EnrolReply.ENROLLED);
        assertThat(step(() -> table.groups().withdraw(member(ADA, 1)))).isFalse();
        assertThat(step(() -> table.groups().amend(member(ADA, 1), 5, "{}"))).isFalse();
        assertThat(step(() -> table.groups().amend(member(ADA, 2), 2, "{\"edition\":2}")))
                .isTrue();
        assertThat(step(() -> table.groups().amend(member(ADA, 2), 1, "{\"edition\":1}")))
                .isTrue();

        assertThat(whole().entries()).singleElement().satisfies(entry -> {
            assertThat(entry.id()).isEqualTo(member(ADA, 2));
            assertThat(entry.capabilities()).isEqualTo("{\"edition\":2}");
        });
    }

    @Test
    @DisplayName("that is created again has revisions that it never had")
    void revisions() {
        step(() -> table.groups().create("workers"));
        long first = whole().revision();
        step(() -> table.groups().delete("workers"));
        step(() -> table.groups().create("workers"));

        assertThat(whole().revision()).isGreaterThan(first);
        assertThat(((RosterReply.Whole) roster(first)).historyLost()).isTrue();
    }

    @Test
    @DisplayName("shows a death also when there is no room left to remember it")
    void deathWithoutRoom() {
        SessionId leaver = new SessionId("y".repeat(500), "l1");
        step(() -> table.sessions().open(leaver, table.self(), TTL));
        enrol(leaver, 1, "{}");
        enrol(BOB, 1, "{}");
        long known = whole().revision();
        pass(TTL.minusMillis(1));
        renew(BOB);
        shared.capacity = shared.size;
        int session = 100;
        try {
            while (true) {
                SessionId filler = new SessionId("x".repeat(150), "f" + session++);
                step(() -> table.sessions().open(filler, table.self(), Duration.ofDays(1)));
            }
        } catch (UncheckedIOException e) {
            table.abandon();
        }
        pass(Duration.ofMillis(1));

        var reply = (RosterReply.Whole) roster(known);

        assertThat(reply.historyLost()).isTrue();
        assertThat(reply.entries()).extracting(RosterEntry::id).containsExactly(member(BOB, 1));
    }

    @Test
    @DisplayName("keeps capabilities of 64 KiB, and says when there is no room for more")
    void space() {
        String large = "x".repeat(65_536);
        enrol(ADA, 1, large);
        assertThat(whole().entries().get(0).capabilities()).isEqualTo(large);

        shared.capacity = shared.size;
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        SessionId session = new SessionId("m" + i, "i" + i);
                        step(() -> table.sessions().open(session, table.self(), TTL));
                        enrol(session, 1, large);
                    }
                })
                .isInstanceOf(UncheckedIOException.class);
        table.abandon();

        assertThat(token(claim(ADA, 9))).isPositive();
    }
}
