package dev.conclave.file.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimReply.Busy;
import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.ClaimReply.NoSession;
import dev.conclave.spi.ClaimReply.Waiting;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StepsTest {
    private static final ClaimKey LOCK = new ClaimKey(ClaimKey.Kind.LOCK, "invoices");
    private static final SessionId ADA = new SessionId("ada", "a1");
    private static final SessionId BOB = new SessionId("bob", "b1");
    private static final SessionId CYD = new SessionId("cyd", "c1");
    private static final Duration TTL = Duration.ofSeconds(10);

    final SharedMemory shared = new SharedMemory();
    final Table table = shared.process();

    @BeforeEach
    void open() {
        for (SessionId session : List.of(ADA, BOB, CYD)) {
            step(() -> table.sessions().open(session, table.self(), TTL));
        }
    }

    @AfterEach
    void leavesASoundTable() {
        table.commit();
        Audit.check(shared);
    }

    <T> T step(Supplier<T> step) {
        T result = step.get();
        table.commit();
        return result;
    }

    ClaimReply claim(SessionId session, long sequence) {
        return request(session, sequence, false, true);
    }

    ClaimReply share(SessionId session, long sequence) {
        return request(session, sequence, true, true);
    }

    ClaimReply request(SessionId session, long sequence, boolean shared, boolean queue) {
        return step(() -> table.claims().claim(new ClaimRequest(id(session, sequence), shared, queue, "hello")));
    }

    static ClaimId id(SessionId session, long sequence) {
        return new ClaimId(LOCK, session, sequence);
    }

    Released release(SessionId session, long sequence) {
        return step(() -> table.claims().release(id(session, sequence)));
    }

    ClaimStatus status() {
        return step(() -> table.claims().inspect(LOCK));
    }

    void pass(Duration time) {
        shared.nanos += time.toNanos();
    }

    Renewal renew(SessionId session, ClaimId... claims) {
        return step(() -> table.sessions().renew(session, Set.of(claims), Set.of()));
    }

    static long token(ClaimReply reply) {
        return ((Granted) reply).token();
    }

    @Nested
    @DisplayName("A claim")
    class Claims {
        @Test
        @DisplayName("is granted, repeated with the same token, and given up once")
        void grantAndRelease() {
            long token = token(claim(ADA, 1));

            assertThat(claim(ADA, 1)).isEqualTo(new Granted(token));
            assertThat(status().holders()).singleElement().satisfies(holding -> {
                assertThat(holding.id()).isEqualTo(id(ADA, 1));
                assertThat(holding.payload()).isEqualTo("hello");
                assertThat(holding.expiresIn()).isEqualTo(TTL);
            });
            assertThat(release(ADA, 1)).isEqualTo(Released.HELD);
            assertThat(release(ADA, 1)).isEqualTo(Released.NOTHING);
            assertThat(token(claim(BOB, 1))).isGreaterThan(token);
        }

        @Test
        @DisplayName("is handed to the first in the queue by the release itself, who alone is woken")
        void handOver() {
            claim(ADA, 1);
            assertThat(claim(BOB, 1)).isInstanceOf(Waiting.class);
            assertThat(claim(CYD, 1)).isInstanceOf(Waiting.class);
            assertThat(request(CYD, 2, false, false)).isEqualTo(new Busy());
            table.wakes();

            release(ADA, 1);

            assertThat(table.wakes()).containsExactly(new Wake(table.self(), hash(id(BOB, 1))));
            assertThat(status().holders()).extracting(ClaimStatus.Holding::id).containsExactly(id(BOB, 1));
            assertThat(status().waiters()).isEqualTo(1);
            assertThat(release(CYD, 1)).isEqualTo(Released.WAITING);
        }

        @Test
        @DisplayName("is not granted past an earlier one, shared or not")
        void fairness() {
            share(ADA, 1);
            assertThat(share(BOB, 1)).isInstanceOf(Granted.class);
            assertThat(claim(CYD, 1)).isInstanceOf(Waiting.class);
            assertThat(share(ADA, 2)).isInstanceOf(Waiting.class);
            assertThat(share(BOB, 2)).isInstanceOf(Waiting.class);

            release(ADA, 1);
            assertThat(claim(CYD, 1)).isInstanceOf(Waiting.class);
            release(BOB, 1);
            assertThat(claim(CYD, 1)).isInstanceOf(Granted.class);

            table.wakes();
            release(CYD, 1);
            assertThat(table.wakes()).hasSize(2);
            assertThat(status().holders()).hasSize(2).allMatch(ClaimStatus.Holding::shared);
        }

        @Test
        @DisplayName("ends with its session's time-to-live, for all at one instant, and never comes back")
        void expiry() {
            claim(ADA, 1);
            claim(BOB, 1);
            pass(TTL.minusNanos(1));
            renew(BOB);
            assertThat(claim(BOB, 1)).isInstanceOf(Waiting.class);

            pass(Duration.ofNanos(1));

            assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
            assertThat(renew(ADA)).isEqualTo(new Renewal.NoSession());
            assertThat(claim(ADA, 1)).isEqualTo(new NoSession());
            assertThat(release(ADA, 1)).isEqualTo(Released.NOTHING);
        }

        @Test
        @DisplayName("ends with its process, as soon as the kernel says so")
        void deathOfAProcess() {
            Table other = shared.open();
            int process = other.register(2);
            SessionId dan = new SessionId("dan", "d1");
            other.sessions().open(dan, process, TTL);
            other.claims().claim(new ClaimRequest(id(dan, 1), false, true, ""));
            other.commit();
            assertThat(claim(ADA, 1)).isInstanceOf(Waiting.class);

            shared.dead.add(process);
            table.wakes();
            table.sweepNow();

            assertThat(table.wakes()).contains(new Wake(table.self(), hash(id(ADA, 1))));
            assertThat(claim(ADA, 1)).isInstanceOf(Granted.class);
        }

        @Test
        @DisplayName("that is broken goes to the next; the holder is told, and sees it when it renews")
        void breaking() {
            long token = token(claim(ADA, 1));
            claim(BOB, 1);
            table.wakes();

            assertThat(step(() -> table.claims().breakClaim(LOCK, token + 1))).isFalse();
            assertThat(step(() -> table.claims().breakClaim(LOCK, 0))).isFalse();
            assertThat(step(() -> table.claims().breakClaim(LOCK, token))).isTrue();

            assertThat(table.wakes())
                    .containsExactlyInAnyOrder(
                            new Wake(table.self(), Subjects.hash(ADA)), new Wake(table.self(), hash(id(BOB, 1))));
            assertThat(renew(ADA, id(ADA, 1))).isEqualTo(new Renewal.Renewed(Set.of(id(ADA, 1)), Set.of()));
            assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
        }

        @Test
        @DisplayName("of a name that nobody claims leaves nothing behind, however many names there are")
        void growth() {
            int blocks = used();
            for (int i = 0; i < 100_000; i++) {
                ClaimKey key = new ClaimKey(ClaimKey.Kind.LOCK, "name " + i);
                ClaimId id = new ClaimId(key, ADA, i + 10);
                step(() -> table.claims().claim(new ClaimRequest(id, false, true, "")));
                step(() -> table.claims().release(id));
                table.maintain();
            }
            assertThat(used()).isEqualTo(blocks);
            assertThat(shared.size).isLessThan(1_000_000);
        }

        @Test
        @DisplayName("of a lock and of an election, and of names that are alike, do not meet")
        void names() {
            List<String> names =
                    List.of("a", "a/b", "A", "a ", "ä", "a\u0308", "%", "*", "x".repeat(512), "x".repeat(511));
            for (ClaimKey.Kind kind : ClaimKey.Kind.values()) {
                for (String name : names) {
                    ClaimId id = new ClaimId(new ClaimKey(kind, name), ADA, 1);
                    assertThat(step(() -> table.claims().claim(new ClaimRequest(id, false, false, ""))))
                            .isInstanceOf(Granted.class);
                }
                assertThat(step(() -> table.claims().list(kind)))
                        .extracting(status -> status.key().name())
                        .containsExactlyInAnyOrderElementsOf(names);
            }
        }

        @Test
        @DisplayName("does not care for hundreds of dead ones before it")
        void manyDeadWaiters() {
            claim(ADA, 1);
            for (int i = 0; i < 400; i++) {
                SessionId ghost = new SessionId("ghost", "g" + i);
                step(() -> table.sessions().open(ghost, table.self(), Duration.ofSeconds(1)));
                share(ghost, 1);
                claim(ghost, 2);
            }
            claim(BOB, 1);
            pass(Duration.ofSeconds(1));

            release(ADA, 1);

            assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
            assertThat(status().waiters()).isZero();
            for (int i = 0; i < 20; i++) {
                table.sweepNow();
            }
        }

        @Test
        @DisplayName("lets in hundreds of sharers at once")
        void manySharers() {
            claim(ADA, 1);
            for (int i = 2; i < 1500; i++) {
                share(BOB, i);
            }
            release(ADA, 1);
            assertThat(status().holders()).hasSize(1498);
        }
    }

    private static long hash(ClaimId id) {
        return Subjects.hash(new Subject.Request(id));
    }

    private int used() {
        return Audit.used(shared.map(shared.size));
    }

    @Nested
    @DisplayName("A session")
    class Sessions {
        @Test
        @DisplayName("that ends takes all with it, and tells those concerned")
        void end() {
            claim(ADA, 1);
            claim(BOB, 1);
            enrol(ADA, 1, "{}");
            table.wakes();

            table.sessions().end(ADA);
            table.sessions().end(ADA);

            assertThat(table.wakes()).contains(new Wake(table.self(), hash(id(BOB, 1))));
            assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
            assertThat(whole().entries()).isEmpty();
            assertThat(claim(ADA, 2)).isEqualTo(new NoSession());
        }

        @Test
        @DisplayName("is renewed for its whole time-to-live")
        void renewal() {
            for (int i = 0; i < 5; i++) {
                pass(Duration.ofSeconds(9));
                assertThat(renew(ADA)).isInstanceOf(Renewal.Renewed.class);
            }
            pass(TTL);
            assertThat(renew(ADA)).isInstanceOf(Renewal.NoSession.class);
        }

        @Test
        @DisplayName("that dies is swept away by any step, also while another process is paused in between")
        void sweep() {
            enrol(ADA, 1, "{}");
            claim(ADA, 1);
            pass(TTL);

            table.sweep();

            assertThat(used()).isEqualTo(1 + 2 + 2); // the process, and the group and who left it, with their names
        }
    }

    EnrolReply enrol(SessionId session, long sequence, String capabilities) {
        return step(() -> table.groups()
                .enrol(new Enrolment(new EnrolmentId(session, "workers", sequence), capabilities, true, true)));
    }

    RosterReply roster(long known) {
        return step(() -> table.groups().roster("workers", known));
    }

    RosterReply.Whole whole() {
        return (RosterReply.Whole) roster(-1);
    }

    static EnrolmentId member(SessionId session, long sequence) {
        return new EnrolmentId(session, "workers", sequence);
    }

    @Nested
    @DisplayName("A group")
    class Groups {
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
            for (int i = 0; i < dev.conclave.file.table.Groups.HISTORY + 1; i++) {
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

            assertThat(table.wakes()).contains(new Wake(table.self(), Subjects.hash(ADA)));
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
            assertThat(step(() -> table.groups().amend(member(ADA, 1), 5, "{}")))
                    .isFalse();
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

    @Nested
    @DisplayName("After a crash of the machine")
    class Crash {
        @Test
        @DisplayName("groups are still there, and numbers go on beyond all that were given")
        void restart() {
            long token = token(claim(ADA, 1));
            enrol(ADA, 1, "{}");
            long revision = whole().revision();

            SharedMemory next = shared.afterCrash();
            Table fresh = next.process();

            assertThat(fresh.groups().all()).containsExactly("workers");
            var roster = (RosterReply.Whole) fresh.groups().roster("workers", revision);
            assertThat(roster.entries()).isEmpty();
            assertThat(roster.revision()).isGreaterThan(revision);
            assertThat(fresh.sessions().lives(ADA)).isFalse();
            fresh.sessions().open(BOB, fresh.self(), TTL);
            var reply = fresh.claims().claim(new ClaimRequest(id(BOB, 1), false, true, ""));
            assertThat(token(reply)).isGreaterThan(token);
        }

        @Test
        @DisplayName("no number comes again, in any of many crashes")
        void manyRestarts() {
            SharedMemory memory = shared;
            long last = 0;
            for (int i = 0; i < 20; i++) {
                memory = memory.afterCrash();
                Table fresh = memory.process();
                fresh.sessions().open(ADA, fresh.self(), TTL);
                long token = token(fresh.claims().claim(new ClaimRequest(id(ADA, 1), false, true, "")));
                assertThat(token).isGreaterThan(last);
                last = token;
            }
        }
    }
}
