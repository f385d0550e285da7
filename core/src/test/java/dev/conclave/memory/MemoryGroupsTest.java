package dev.conclave.memory;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("the memory driver's groups")
class MemoryGroupsTest {
    private final VirtualTime time = new VirtualTime();
    private final MemoryBackend backend = MemoryBackend.create("groups", time);
    private final TestMember ada = new TestMember(backend, time, "ada", "a1");
    private final TestMember bob = new TestMember(backend, time, "bob", "b1");
    private final TestMember eve = new TestMember(backend, time, "eve", "e1");

    @AfterEach
    void close() {
        backend.close();
    }

    private RosterReply.Whole whole() {
        return (RosterReply.Whole) eve.roster("g", -1);
    }

    private RosterReply.Delta since(long revision) {
        return (RosterReply.Delta) eve.roster("g", revision);
    }

    private RosterEntry entry(EnrolmentId id) {
        Instant now = time.now();
        return new RosterEntry(id, "{}", now, now);
    }

    @Nested
    @DisplayName("as such")
    class Existence {
        @Test
        @DisplayName("are created once, listed, and deleted once")
        void createsAndDeletes() {
            assertThat(ada.driver.createGroup("g").join()).isTrue();
            assertThat(bob.driver.createGroup("g").join()).isFalse();
            assertThat(bob.driver.groups().join()).containsExactly("g");
            assertThat(bob.driver.deleteGroup("g").join()).isEqualTo(GroupDeletion.DELETED);
            assertThat(bob.driver.deleteGroup("g").join()).isEqualTo(GroupDeletion.NO_GROUP);
            assertThat(bob.driver.groups().join()).isEmpty();
        }

        @Test
        @DisplayName("are not deleted while a member lives in them, but as soon as it has died")
        void keepsGroupsWithMembers() {
            ada.join("g");
            assertThat(bob.driver.deleteGroup("g").join()).isEqualTo(GroupDeletion.NOT_EMPTY);
            time.advance(TestMember.TTL);
            assertThat(bob.driver.deleteGroup("g").join()).isEqualTo(GroupDeletion.DELETED);
        }

        @Test
        @DisplayName("outlive their last member")
        void outliveMembers() {
            ada.driver.withdraw(ada.join("g")).join();
            assertThat(bob.driver.groups().join()).containsExactly("g");
        }

        @Test
        @DisplayName("never repeat a revision, even when deleted and created again")
        void revisionsGrowOverDeletion() {
            EnrolmentId id = ada.join("g");
            long before = whole().revision();
            ada.driver.withdraw(id).join();
            ada.driver.deleteGroup("g").join();
            assertThat(eve.roster("g", before)).isEqualTo(new RosterReply.NoGroup());
            ada.driver.createGroup("g").join();
            RosterReply.Whole now = (RosterReply.Whole) eve.roster("g", before);
            assertThat(now.revision()).isGreaterThan(before);
            assertThat(now.historyLost()).isTrue();
        }

        @Test
        @DisplayName("signal to watchers that they come and go")
        void signalsExistence() {
            eve.driver.watch(new Subject.AllGroups()).join();
            ada.driver.withdraw(ada.join("g")).join();
            ada.driver.createGroup("g").join();
            assertThat(eve.signals).hasSize(1);
            ada.driver.deleteGroup("g").join();
            assertThat(eve.signals).containsExactly(new Subject.AllGroups(), new Subject.AllGroups());
        }
    }

    @Nested
    @DisplayName("when joined")
    class Joining {
        @Test
        @DisplayName("list the member, from when")
        void lists() {
            EnrolmentId id = ada.join("g");
            assertThat(whole().entries()).containsExactly(entry(id));
        }

        @Test
        @DisplayName("must exist, unless asked to be created")
        void needsGroup() {
            assertThat(ada.enrol(ada.enrolment("g", false, true))).isEqualTo(EnrolReply.NO_GROUP);
            assertThat(ada.driver.groups().join()).isEmpty();
        }

        @Test
        @DisplayName("are not created by one without a session")
        void needsSession() {
            backend.expire("ada");
            assertThat(ada.enrol(ada.enrolment("g", true, true))).isEqualTo(EnrolReply.NO_SESSION);
            assertThat(ada.driver.groups().join()).isEmpty();
        }

        @Test
        @DisplayName("change nothing when it is repeated, not even capabilities amended since")
        void repeatsJoin() {
            Enrolment first = ada.enrolment("g", true, true);
            Enrolment second = ada.enrolment("g", true, true);
            ada.enrol(second);
            ada.driver.amend(second.id(), 1, "{\"cpu\":8}").join();
            RosterReply.Whole before = whole();
            assertThat(ada.enrol(second)).isEqualTo(EnrolReply.ENROLLED);
            assertThat(ada.enrol(first)).isEqualTo(EnrolReply.ENROLLED);
            assertThat(whole()).isEqualTo(before);
        }

        @Test
        @DisplayName("replace an earlier joining of the same session, whose late steps touch nothing then")
        void rejoins() {
            EnrolmentId first = ada.join("g");
            long before = whole().revision();
            EnrolmentId second = ada.join("g");
            assertThat(ada.driver.withdraw(first).join()).isFalse();
            assertThat(ada.driver.amend(first, 9, "{\"cpu\":9}").join()).isFalse();
            assertThat(since(before).left()).containsExactly(first);
            assertThat(since(before).listed()).containsExactly(entry(second));
            assertThat(ada.signals).isEmpty();
        }

        @Test
        @DisplayName("give a member's place to its newer incarnation, and tell the older one")
        void takesOver() {
            EnrolmentId older = ada.join("g");
            long before = whole().revision();
            TestMember again = new TestMember(backend, time, "ada", "a2");
            EnrolmentId newer = again.join("g");
            assertThat(ada.signals).containsExactly(new Subject.Session(ada.session));
            assertThat(since(before).left()).containsExactly(older);
            assertThat(since(before).listed()).containsExactly(entry(newer));
            assertThat(ada.driver.withdraw(older).join()).isFalse();
            assertThat(ada.driver.amend(older, 1, "{}").join()).isFalse();
            assertThat(whole().entries()).containsExactly(entry(newer));
        }

        @Test
        @DisplayName("keep the older incarnation if asked to, as long as it lives")
        void refusesTakeOver() {
            ada.join("g");
            time.advance(ofSeconds(1));
            TestMember again = new TestMember(backend, time, "ada", "a2");
            assertThat(again.enrol(again.enrolment("g", true, false))).isEqualTo(EnrolReply.TAKEN);
            time.advance(ofSeconds(9));
            assertThat(again.enrol(again.enrolment("g", true, false))).isEqualTo(EnrolReply.ENROLLED);
        }

        @Test
        @DisplayName("are left once")
        void leavesOnce() {
            EnrolmentId id = ada.join("g");
            assertThat(ada.driver.withdraw(id).join()).isTrue();
            assertThat(ada.driver.withdraw(id).join()).isFalse();
            assertThat(ada.driver
                            .withdraw(new EnrolmentId(ada.session, "none", 1))
                            .join())
                    .isFalse();
        }
    }

    @Nested
    @DisplayName("when read")
    class Reading {
        @Test
        @DisplayName("say that nothing changed")
        void unchanged() {
            ada.join("g");
            assertThat(eve.roster("g", whole().revision())).isEqualTo(new RosterReply.Unchanged());
        }

        @Test
        @DisplayName("tell what changed since, each member once and as it is now")
        void delta() {
            ada.join("g");
            long known = whole().revision();
            EnrolmentId id = bob.join("g");
            bob.driver.amend(id, 1, "{\"cpu\":1}").join();
            time.advance(ofSeconds(1));
            bob.driver.amend(id, 2, "{\"cpu\":2}").join();
            RosterEntry bobs = new RosterEntry(id, "{\"cpu\":2}", time.now().minusSeconds(1), time.now());
            assertThat(since(known)).isEqualTo(new RosterReply.Delta(whole().revision(), Set.of(), List.of(bobs)));
        }

        @Test
        @DisplayName("show a leave and re-join between two looks")
        void leaveAndRejoin() {
            EnrolmentId first = ada.join("g");
            long known = whole().revision();
            ada.driver.withdraw(first).join();
            EnrolmentId second = ada.join("g");
            assertThat(since(known).left()).containsExactly(first);
            assertThat(since(known).listed()).containsExactly(entry(second));
        }

        @Test
        @DisplayName("do not list who has died, and say that it left")
        void dead() {
            EnrolmentId id = ada.join("g");
            long known = whole().revision();
            time.advance(ofSeconds(2));
            eve.renew();
            eve.driver.watch(new Subject.Group("g")).join();
            time.advance(ofSeconds(8));
            assertThat(eve.signals).containsExactly(new Subject.Group("g"));
            assertThat(since(known)).isEqualTo(new RosterReply.Delta(whole().revision(), Set.of(id), List.of()));
        }

        @Test
        @DisplayName("do not change by an amendment that is no newer than the last")
        void oldEdition() {
            EnrolmentId id = ada.join("g");
            ada.driver.amend(id, 2, "{\"cpu\":2}").join();
            RosterReply.Whole before = whole();
            assertThat(ada.driver.amend(id, 1, "{\"cpu\":1}").join()).isTrue();
            assertThat(ada.driver.amend(id, 2, "{\"cpu\":1}").join()).isTrue();
            assertThat(whole()).isEqualTo(before);
        }

        @Test
        @DisplayName("are told whole, as such, to whoever missed more than is remembered")
        void boundedHistory() {
            EnrolmentId id = ada.join("g");
            long known = whole().revision();
            for (int edition = 1; edition <= Roster.HISTORY; edition++) {
                ada.driver.amend(id, edition, "{}").join();
            }
            assertThat(since(known).listed()).hasSize(1);
            ada.driver.amend(id, Roster.HISTORY + 1, "{}").join();
            RosterReply.Whole all = (RosterReply.Whole) eve.roster("g", known);
            assertThat(all.historyLost()).isTrue();
            assertThat(all.entries()).hasSize(1);
            assertThat(whole().historyLost()).isFalse();
        }
    }

    @Test
    @DisplayName("of two namespaces do not meet")
    void separatesNamespaces() {
        ada.join("g");
        TestMember other = new TestMember(backend, time, "billing", new dev.conclave.spi.SessionId("ada", "a2"));
        assertThat(other.driver.groups().join()).isEmpty();
        assertThat(other.driver.createGroup("g").join()).isTrue();
    }
}
