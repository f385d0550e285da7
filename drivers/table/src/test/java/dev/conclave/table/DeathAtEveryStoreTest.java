package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A process that is killed at any store of a step")
class DeathAtEveryStoreTest {
    private static final SessionId ADA = new SessionId("ada", "a1");
    private static final SessionId BOB = new SessionId("bob", "b1");
    private static final SessionId NEW_ADA = new SessionId("ada", "a2");
    private static final ClaimKey LOCK = new ClaimKey(ClaimKey.Kind.LOCK, "invoices");
    private static final ClaimKey OTHER = new ClaimKey(ClaimKey.Kind.ELECTION, "x".repeat(500));
    private static final Duration TTL = Duration.ofSeconds(10);

    private static final Map<String, Consumer<Table>> STEPS = Map.ofEntries(
            Map.entry("claim", t -> t.claims().claim(request(OTHER, BOB, 9, "payload"))),
            Map.entry("queue", t -> t.claims().claim(request(LOCK, NEW_ADA, 9, ""))),
            Map.entry("release", t -> t.claims().release(new ClaimId(LOCK, ADA, 1))),
            Map.entry("give up", t -> t.claims().release(new ClaimId(LOCK, BOB, 1))),
            Map.entry("break", t -> {
                ClaimStatus status = t.claims().inspect(LOCK);
                t.claims().breakClaim(LOCK, status.holders().get(0).token());
            }),
            Map.entry("open", t -> t.sessions().open(new SessionId("cyd", "c1"), t.self(), TTL)),
            Map.entry("end", t -> t.sessions().end(ADA)),
            Map.entry("create", t -> t.groups().create("fresh")),
            Map.entry("delete", t -> t.groups().delete("empty")),
            Map.entry("enrol", t -> t.groups().enrol(enrolment(BOB, 1, false))),
            Map.entry("take over", t -> t.groups().enrol(enrolment(NEW_ADA, 1, true))),
            Map.entry("amend", t -> t.groups().amend(new EnrolmentId(ADA, "workers", 1), 1, "y".repeat(2000))),
            Map.entry("withdraw", t -> t.groups().withdraw(new EnrolmentId(ADA, "workers", 1))),
            Map.entry("grow", t -> t.groups().amend(new EnrolmentId(ADA, "workers", 1), 1, "z".repeat(65_536))));

    @ParameterizedTest(name = "{0}")
    @DisplayName("leaves all of it or nothing, and a sound table")
    @ValueSource(
            strings = {
                "claim",
                "queue",
                "release",
                "give up",
                "break",
                "open",
                "end",
                "create",
                "delete",
                "enrol",
                "take over",
                "amend",
                "withdraw",
                "grow"
            })
    void isAtomic(String name) {
        Consumer<Table> step = Objects.requireNonNull(STEPS.get(name));
        String before = visible(world());
        SharedMemory whole = world();
        run(whole, step, Long.MAX_VALUE);
        String after = visible(whole);
        assertThat(after).isNotEqualTo(before);

        long stores = 0;
        SharedMemory shared = world();
        while (!run(shared, step, stores)) {
            assertThat(visible(shared)).as("after %s stores", stores).isIn(before, after);
            Audit.check(shared.map(shared.size));
            shared = world();
            stores = stores < 300 ? stores + 1 : stores + 37; // a large text stores much the same again and again
        }
        assertThat(stores).isGreaterThan(5);
    }

    @Test
    @DisplayName("while it undoes what another left half done, leaves word that the ledger may have that")
    void undoing() {
        assertThat(world().open().isMaintenanceDue()).isFalse();
        boolean died = true;
        for (long stores = 0; died; stores++) {
            SharedMemory shared = world();
            shared.open().groups().create("half"); // in the ledger, and killed before the commit
            died = !enters(shared, stores);

            Table next = shared.open();
            assertThat(next.isMaintenanceDue()).as("after %s stores", stores).isTrue();
            next.maintain();
            assertThat(shared.read().groups()).doesNotContain("half");
        }
    }

    private static boolean enters(SharedMemory shared, long stores) {
        try {
            shared.open(memory -> new DyingMemory(shared.map(shared.size), stores));
            return true;
        } catch (DyingMemory.Killed e) {
            return false;
        }
    }

    /** Does a step in a process that dies after so many stores, and lets the next one clear up; true if it survived. */
    private static boolean run(SharedMemory shared, Consumer<Table> step, long stores) {
        Table table = shared.process();
        int self = table.self();
        var dying = new DyingMemory[1];
        try {
            Table killed = shared.open(memory -> dying[0] = new DyingMemory(shared.map(shared.size), stores + 2));
            killed.adopt(self);
            step.accept(killed);
            killed.commit();
            return true;
        } catch (DyingMemory.Killed e) {
            return false;
        } finally {
            shared.open();
        }
    }

    private static SharedMemory world() {
        SharedMemory shared = new SharedMemory();
        Table table = shared.process();
        for (SessionId session : List.of(ADA, BOB, NEW_ADA)) {
            table.sessions().open(session, table.self(), TTL);
            table.commit();
        }
        table.groups().create("empty");
        table.commit();
        table.groups().enrol(enrolment(ADA, 1, false));
        table.commit();
        table.claims().claim(request(LOCK, ADA, 1, ""));
        table.commit();
        table.claims().claim(request(LOCK, BOB, 1, ""));
        table.commit();
        return shared;
    }

    private static ClaimRequest request(ClaimKey key, SessionId session, long sequence, String payload) {
        return new ClaimRequest(new ClaimId(key, session, sequence), false, true, payload);
    }

    private static Enrolment enrolment(SessionId session, long sequence, boolean takeOver) {
        return new Enrolment(new EnrolmentId(session, "workers", sequence), "{\"cpu\":8}", true, takeOver);
    }

    /** All that the steps tell, but for numbers that only grow. */
    private static String visible(SharedMemory shared) {
        Table table = shared.open();
        StringBuilder text = new StringBuilder();
        for (ClaimKey key : List.of(LOCK, OTHER)) {
            ClaimStatus status = table.claims().inspect(key);
            table.commit();
            status.holders().forEach(holding -> text.append(holding.id()).append(holding.payload()));
            text.append(status.waiters());
        }
        for (String group : new TreeSet<>(table.groups().all())) {
            var roster = (RosterReply.Whole) table.groups().roster(group, -1);
            table.commit();
            text.append(group);
            roster.entries().forEach(entry -> text.append(entry.id()).append(entry.capabilities()));
        }
        for (SessionId session : List.of(ADA, BOB, NEW_ADA, new SessionId("cyd", "c1"))) {
            text.append(table.sessions().lives(session));
        }
        return text.toString();
    }
}
