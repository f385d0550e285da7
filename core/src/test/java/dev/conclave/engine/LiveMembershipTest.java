package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Capabilities;
import dev.conclave.Group;
import dev.conclave.GroupEvent;
import dev.conclave.GroupNotFoundException;
import dev.conclave.JoinOptions;
import dev.conclave.LossReason;
import dev.conclave.MemberAlreadyJoinedException;
import dev.conclave.MemberNotJoinedException;
import dev.conclave.Membership;
import dev.conclave.SessionLostException;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("a membership")
class LiveMembershipTest {
    private final Rig rig = new Rig();
    private final Group group = rig.coordinator.group("workers");
    private final List<GroupEvent.SelfEvicted> evictions = new ArrayList<>();

    @BeforeEach
    void emptyRoster() {
        lists();
    }

    private void lists(SessionId... sessions) {
        List<RosterEntry> entries = new ArrayList<>();
        for (SessionId session : sessions) {
            entries.add(new RosterEntry(new EnrolmentId(session, "workers", 1), "{}", Instant.EPOCH, Instant.EPOCH));
        }
        rig.driver.roster.answer(look -> new RosterReply.Whole(1, entries, false));
    }

    private Membership join(JoinOptions options) throws Exception {
        Membership membership = group.join(Capabilities.of("cpu", 8), options);
        membership.onEvicted(evictions::add);
        return membership;
    }

    private EnrolmentId enrolled() {
        return rig.driver.enrol.last().argument.id();
    }

    /** The next renewal says that the present enrolment is gone. */
    private void strikeOut() {
        EnrolmentId gone = enrolled();
        rig.driver.renew.answer(renewing ->
                new Renewal.Renewed(Set.of(), renewing.enrolments().contains(gone) ? Set.of(gone) : Set.of()));
        rig.time.advance(Duration.ofMillis(3_400));
    }

    @Test
    @DisplayName("takes over, creates the group and publishes capabilities when it joins")
    void joins() throws Exception {
        Membership me = join(JoinOptions.defaults());
        var request = rig.driver.enrol.last().argument;
        assertThat(request.takeOver()).isTrue();
        assertThat(request.createGroup()).isTrue();
        assertThat(request.capabilities()).isEqualTo("{\"cpu\":8}");
        assertThat(me.incarnation()).hasValue("incarnation-1");
        assertThatThrownBy(group::join).isInstanceOf(MemberAlreadyJoinedException.class);
    }

    @Test
    @DisplayName("is refused as the options say, and can then be tried again")
    void refused() throws Exception {
        rig.driver.enrol.answer(enrolment -> EnrolReply.TAKEN);
        assertThatThrownBy(() -> join(JoinOptions.defaults().withoutTakingOver()))
                .isInstanceOf(MemberAlreadyJoinedException.class);
        rig.driver.enrol.answer(enrolment -> EnrolReply.NO_GROUP);
        assertThatThrownBy(() -> join(JoinOptions.defaults().withoutCreating()))
                .isInstanceOf(GroupNotFoundException.class);
        rig.driver.enrol.answer(enrolment -> EnrolReply.ENROLLED);
        assertThat(join(JoinOptions.defaults()).incarnation()).isPresent();
    }

    @Test
    @DisplayName("joins again, without taking over, when its session was lost")
    void rejoins() throws Exception {
        Membership me = join(JoinOptions.defaults());
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofMillis(3_400));
        assertThat(evictions).singleElement().satisfies(event -> {
            assertThat(event.rejoining()).isTrue();
            assertThat(event.loss().reason()).isEqualTo(LossReason.FORGOTTEN);
        });
        assertThat(me.incarnation()).hasValue("incarnation-2");
        assertThat(rig.driver.enrol.last().argument.takeOver()).isFalse();
    }

    @Test
    @DisplayName("stays out when its session was lost and it was told not to join again")
    void staysOut() throws Exception {
        Membership me = join(JoinOptions.defaults().withoutRejoining());
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofSeconds(30));
        assertThat(evictions)
                .singleElement()
                .satisfies(event -> assertThat(event.rejoining()).isFalse());
        assertThat(rig.driver.enrol.count()).isEqualTo(1);
        assertThatThrownBy(me::leave).isInstanceOf(MemberNotJoinedException.class);
        me.close();
    }

    @Test
    @DisplayName("stays out when a newer incarnation took it over")
    void takenOver() throws Exception {
        join(JoinOptions.defaults());
        lists(new SessionId("ada", "somebody-newer"));
        strikeOut();
        assertThat(evictions).singleElement().satisfies(event -> {
            assertThat(event.rejoining()).isFalse();
            assertThat(event.loss().reason()).isEqualTo(LossReason.TAKEN_OVER);
        });
        rig.time.advance(Duration.ofSeconds(30));
        assertThat(rig.driver.enrol.count()).isEqualTo(1);
    }

    @Test
    @DisplayName("stays out when a newer incarnation has the name by the time it joins again")
    void takenMeanwhile() throws Exception {
        join(JoinOptions.defaults());
        rig.driver.enrol.answer(enrolment -> EnrolReply.TAKEN);
        lists(new SessionId("ada", "somebody-newer"));
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofSeconds(30));
        assertThat(evictions).hasSize(2);
        assertThat(evictions.get(1).loss().reason()).isEqualTo(LossReason.TAKEN_OVER);
        assertThat(evictions.get(1).rejoining()).isFalse();
    }

    @Test
    @DisplayName(
            "joins again when its own ghost has been ended, and takes nobody over: it may be a newer one's by then")
    void ownGhost() throws Exception {
        Membership me = join(JoinOptions.defaults());
        SessionId ghost = enrolled().session();
        lists(ghost);
        rig.driver.enrol.answer(enrolment -> EnrolReply.TAKEN);
        rig.driver.endSession.byHand();
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofSeconds(4));
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of()));
        rig.time.advance(Duration.ofSeconds(2));
        assertThat(me.incarnation()).isEmpty();
        assertThat(rig.driver.endSession.arguments()).contains(ghost);

        lists();
        rig.driver.enrol.answer(enrolment -> EnrolReply.ENROLLED);
        rig.driver.endSession.last().reply.complete(null);
        rig.time.advance(Rig.TTL.dividedBy(10));
        assertThat(me.incarnation()).isPresent();
        assertThat(rig.driver.enrol.arguments().subList(1, rig.driver.enrol.count()))
                .extracting(Enrolment::takeOver)
                .containsOnly(false);
        assertThat(evictions).hasSize(1);
    }

    @Test
    @DisplayName(
            "joins again in the same session when only the enrolment was forgotten, though told of it several times")
    void forgottenTwice() throws Exception {
        Membership me = join(JoinOptions.defaults());
        EnrolmentId gone = enrolled();
        rig.driver.roster.byHand();
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of(gone)));
        rig.time.advance(Duration.ofMillis(3_400));
        rig.time.advance(Duration.ofMillis(3_400));
        assertThat(rig.driver.roster.count()).isEqualTo(1);
        rig.coordinator.changed(new dev.conclave.spi.Subject.Session(gone.session()));
        rig.driver.roster.call(0).answer(new RosterReply.Whole(1, List.of(), false));
        rig.time.runDue();
        assertThat(me.incarnation()).isPresent();
        EnrolmentId again = enrolled();
        assertThat(again).isNotEqualTo(gone);
        for (int i = 1; i < rig.driver.roster.count(); i++) {
            rig.driver.roster.call(i).answer(new RosterReply.Whole(1, List.of(), false));
        }
        rig.time.advance(Duration.ofSeconds(1));
        assertThat(enrolled()).isEqualTo(again);
        assertThat(evictions).hasSize(1);
    }

    @Test
    @DisplayName("makes one attempt at a time to join again when the session ends within one")
    void oneAttempt() throws Exception {
        join(JoinOptions.defaults());
        strikeOut();
        rig.driver.enrol.byHand();
        strikeOut();
        int before = rig.driver.enrol.count();
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofMillis(3_400));
        rig.driver.enrol.last().answer(EnrolReply.ENROLLED);
        rig.driver.enrol.answer(enrolment -> EnrolReply.ENROLLED);
        rig.time.advance(Duration.ofSeconds(3));
        assertThat(rig.driver.enrol.count()).isLessThanOrEqualTo(before + 2);
    }

    @Test
    @DisplayName("publishes updates with growing editions, and those made outside when it is in again")
    void updates() throws Exception {
        Membership me = join(JoinOptions.defaults());
        me.update(Capabilities.of("cpu", 1));
        me.update(Capabilities.of("cpu", 2));
        assertThat(rig.driver.amend.arguments())
                .extracting(ScriptedDriver.Amendment::edition)
                .containsExactly(1L, 2L);
        rig.driver.enrol.byHand();
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofMillis(3_400));
        assertThatThrownBy(() -> me.update(Capabilities.of("cpu", 3))).isInstanceOf(SessionLostException.class);
        assertThat(rig.driver.enrol.last().argument.capabilities()).isEqualTo("{\"cpu\":2}");
        rig.driver.enrol.last().answer(EnrolReply.ENROLLED);
        assertThat(rig.driver.amend.last().argument.capabilities()).isEqualTo("{\"cpu\":3}");
        assertThat(rig.driver.amend.last().argument.enrolment()).isEqualTo(enrolled());
    }

    @Test
    @DisplayName("that leaves while it is outside withdraws an enrolment that comes late")
    void leavesOutside() throws Exception {
        Membership me = join(JoinOptions.defaults());
        rig.driver.enrol.byHand();
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofMillis(3_400));
        me.leave();
        rig.driver.enrol.last().answer(EnrolReply.ENROLLED);
        assertThat(rig.driver.withdraw.arguments()).containsExactly(enrolled());
        assertThat(me.incarnation()).isEmpty();
    }

    @ParameterizedTest(name = "after unlocking {0} times")
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("that leaves while its enrolment is answered leaves nothing listed, whenever the answer comes")
    void leavesWhileAnswered(int unlockings) throws Exception {
        Membership me = join(JoinOptions.defaults());
        rig.driver.enrol.byHand();
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofMillis(3_400));
        var answer = rig.driver.enrol.last();
        onUnlocking(me, unlockings, () -> answer.answer(EnrolReply.ENROLLED));
        me.leave();
        answer.answer(EnrolReply.ENROLLED);
        assertThat(rig.driver.withdraw.arguments()).containsExactly(enrolled());
        assertThat(me.incarnation()).isEmpty();
    }

    /** Lets something happen when the membership's lock has been freed so many times: what another thread may do there. */
    private static void onUnlocking(Membership membership, int times, Runnable then) throws Exception {
        var field = LiveMembership.class.getDeclaredField("lock");
        field.setAccessible(true);
        field.set(membership, new ReentrantLock() {
            private static final long serialVersionUID = 1;
            private int left = times;

            @Override
            public void unlock() {
                super.unlock();
                if (--left == 0) {
                    then.run();
                }
            }
        });
    }

    @Test
    @DisplayName("that could not be joined in time is withdrawn, and once more when nothing can be on its way")
    void joinUnknown() {
        rig.driver.enrol.byHand();
        CompletableFuture<Membership> joining = group.async().join(Capabilities.none(), JoinOptions.defaults());
        rig.time.advance(Rig.CALL_TIMEOUT);
        assertThat(joining).isCompletedExceptionally();
        assertThat(rig.driver.withdraw.arguments()).containsExactly(enrolled());
        rig.time.advance(Rig.TTL);
        assertThat(rig.driver.withdraw.count()).isEqualTo(2);
    }

    @Test
    @DisplayName("leaves once, in the background if need be, and only its own enrolment")
    void leaves() throws Exception {
        Membership me = join(JoinOptions.defaults());
        EnrolmentId first = enrolled();
        rig.driver.withdraw.fail();
        assertThatThrownBy(me::leave).hasMessageContaining("withdraw");
        assertThatThrownBy(me::leave).isInstanceOf(MemberNotJoinedException.class);
        join(JoinOptions.defaults());
        rig.driver.withdraw.answer(enrolment -> true);
        rig.time.advance(Duration.ofSeconds(2));
        assertThat(rig.driver.withdraw.arguments()).containsOnly(first);
    }

    @Test
    @DisplayName("ends quietly when the coordinator is closed")
    void closed() throws Exception {
        Membership me = join(JoinOptions.defaults());
        rig.coordinator.close();
        assertThat(evictions).isEmpty();
        assertThat(me.incarnation()).isEmpty();
        assertThat(rig.driver.endSession.count()).isEqualTo(1);
        assertThat(rig.time.pending()).isZero();
    }
}
