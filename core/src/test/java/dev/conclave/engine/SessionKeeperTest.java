package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.ClaimState;
import dev.conclave.Grant;
import dev.conclave.LossReason;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a session")
class SessionKeeperTest {
    private final Rig rig = new Rig();
    private Grant grant;

    @BeforeEach
    void hold() throws Exception {
        grant = rig.coordinator.lock("invoices").acquire();
        rig.driver.renew.byHand();
    }

    private static Renewal allThere() {
        return new Renewal.Renewed(Set.of(), Set.of());
    }

    @Test
    @DisplayName("is renewed each third of its time-to-live")
    void renews() {
        rig.driver.renew.answer(renewing -> allThere());
        rig.time.advance(Rig.TTL.multipliedBy(10));
        assertThat(rig.driver.renew.count()).isEqualTo(30);
        assertThat(grant.state()).isEqualTo(ClaimState.HELD);
    }

    @Test
    @DisplayName(
            "is renewed first a third of its time-to-live after its opening was sent, however late that is answered")
    void firstRenewal() {
        Rig other = new Rig();
        other.driver.openSession.byHand();
        var asked = other.coordinator.lock("a").async().acquire();
        other.time.advance(Duration.ofMillis(2_900));
        other.driver.openSession.last().answer(Rig.TTL);
        assertThat(asked).isCompleted();
        other.time.advance(Duration.ofMillis(433));
        assertThat(other.driver.renew.count()).isZero();
        other.time.advance(Duration.ofMillis(1));
        assertThat(other.driver.renew.count()).isEqualTo(1);
    }

    @Test
    @DisplayName("is valid until its deadline, which counts from when the last confirmed renewal was sent")
    void countsFromSending() {
        rig.time.advance(Duration.ofMillis(3_400));
        rig.time.advance(Duration.ofMillis(2_500));
        rig.driver.renew.call(0).answer(allThere());
        // Sent at 3.333 s, so good until 13.333 s, less the drift that is allowed for.
        assertThat(grant.validFor()).isBetween(Duration.ofMillis(7_400), Duration.ofMillis(7_434));
        rig.time.advance(Duration.ofMillis(7_450));
        assertThat(grant.isValid()).isFalse();
        assertThat(grant.lost()).isCompletedWithValueMatching(loss -> loss.reason() == LossReason.EXPIRED);
    }

    @Test
    @DisplayName("lives on by a reply that comes after the engine stopped waiting for it")
    void takesLateReplies() {
        rig.time.advance(Duration.ofSeconds(9));
        assertThat(grant.state()).isEqualTo(ClaimState.AT_RISK);
        rig.driver.renew.call(0).answer(allThere());
        rig.time.advance(Duration.ofSeconds(3));
        assertThat(grant.isValid()).isTrue();
    }

    @Test
    @DisplayName("takes the latest sending when replies come out of order")
    void takesTheLatest() {
        rig.time.advance(Duration.ofMillis(5_400));
        rig.driver.renew.call(2).answer(allThere());
        Duration before = grant.validFor();
        rig.driver.renew.call(0).answer(allThere());
        assertThat(grant.validFor()).isEqualTo(before);
    }

    @Test
    @DisplayName("stays lost when a reply comes after its deadline")
    void staysLost() {
        rig.time.advance(Duration.ofMillis(3_400));
        rig.time.stopFor(Duration.ofSeconds(60));
        assertThat(grant.isValid()).isFalse();
        rig.driver.renew.call(0).answer(allThere());
        assertThat(grant.isValid()).isFalse();
        rig.time.runDue();
        assertThat(grant.lost()).isDone();
        assertThat(grant.isValid()).isFalse();
    }

    @Test
    @DisplayName("is at risk while renewals fail, and held again once one succeeds")
    void atRisk() {
        rig.driver.renew.fail();
        rig.time.advance(Duration.ofMillis(3_400));
        assertThat(grant.state()).isEqualTo(ClaimState.AT_RISK);
        assertThat(grant.isValid()).isTrue();
        rig.driver.renew.answer(renewing -> allThere());
        rig.time.advance(Duration.ofSeconds(1));
        assertThat(grant.state()).isEqualTo(ClaimState.HELD);
    }

    @Test
    @DisplayName("is at risk as soon as a renewal is overdue, before any has failed")
    void atRiskWhenLate() {
        rig.time.advance(Duration.ofMillis(5_100));
        assertThat(grant.state()).isEqualTo(ClaimState.AT_RISK);
    }

    @Test
    @DisplayName("outlasts an outage of 0.6 of its time-to-live that begins at any phase")
    void outlastsOutages() {
        for (int phase = 0; phase < 3_400; phase += 200) {
            Rig other = new Rig();
            Grant held = other.coordinator.lock("invoices").async().acquire().join();
            other.time.advance(Duration.ofMillis(phase));
            other.driver.renew.fail();
            other.time.advance(Duration.ofSeconds(6));
            assertThat(held.isValid()).as("outage from %s ms", phase).isTrue();
            other.driver.renew.answer(renewing -> allThere());
            other.time.advance(Duration.ofSeconds(4));
            assertThat(held.state()).as("after the outage from %s ms", phase).isEqualTo(ClaimState.HELD);
        }
    }

    // With a tenth between all renewals the one before the last in time could still fail, and the last came too late.
    @Test
    @DisplayName("outlasts it too when it swallows the renewal under way, and refuses one in its last moment")
    void outlastsTheWorst() {
        rig.time.advance(Duration.ofMillis(3_334));
        assertThat(rig.driver.renew.count()).isEqualTo(1);
        rig.driver.renew.fail();
        rig.time.advance(Duration.ofSeconds(6));
        assertThat(grant.state()).isEqualTo(ClaimState.AT_RISK);
        rig.driver.renew.answer(renewing -> allThere());
        rig.time.advance(Duration.ofMillis(400));
        assertThat(grant.state()).isEqualTo(ClaimState.HELD);
    }

    @Test
    @DisplayName(
            "is renewed each thirtieth of its time-to-live while that fails at once, and each tenth while nothing is answered")
    void pacesRetries() {
        rig.time.advance(Duration.ofMillis(3_334));
        rig.time.advance(
                Duration.ofSeconds(4)); // beyond the call time-out of the first: a slow backend is not asked more often
        assertThat(rig.driver.renew.count()).isEqualTo(5);
        rig.driver.renew.fail();
        rig.time.advance(Duration.ofSeconds(2));
        assertThat(rig.driver.renew.count()).isEqualTo(9);
    }

    @Test
    @DisplayName("that has expired is ended at the backend until it confirms, and followed by another when needed")
    void expires() throws Exception {
        rig.driver.endSession.fail();
        rig.time.advance(Rig.TTL);
        assertThat(grant.lost()).isCompletedWithValueMatching(loss -> loss.reason() == LossReason.EXPIRED);
        assertThat(rig.driver.endSession.count()).isPositive();
        rig.time.advance(Duration.ofSeconds(30));
        int tries = rig.driver.endSession.count();
        assertThat(tries).isBetween(20, 70);
        rig.driver.endSession.answer(session -> null);
        rig.time.advance(Duration.ofSeconds(30));
        assertThat(rig.driver.endSession.count()).isEqualTo(tries + 1);
        assertThat(rig.driver.openSession.count()).isEqualTo(1);
        assertThat(rig.coordinator.lock("invoices").tryAcquire()).isPresent();
        assertThat(rig.driver.openSession.count()).isEqualTo(2);
    }

    @Test
    @DisplayName("ends at once when the backend says that it does not know it")
    void forgotten() {
        rig.time.advance(Duration.ofMillis(3_400));
        rig.driver.renew.call(0).answer(new Renewal.NoSession());
        assertThat(grant.lost()).isCompletedWithValueMatching(loss -> loss.reason() == LossReason.FORGOTTEN);
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
    }

    @Test
    @DisplayName("is renewed at once on a signal, and tells a claim that it is gone")
    void suspects() {
        ClaimId id = rig.driver.claim.last().argument.id();
        rig.coordinator.changed(new Subject.Session(id.session()));
        assertThat(rig.driver.renew.last().argument.claims()).containsExactly(id);
        rig.driver.renew.last().answer(new Renewal.Renewed(Set.of(id), Set.of()));
        assertThat(grant.lost()).isCompletedWithValueMatching(loss -> loss.reason() == LossReason.FORGOTTEN);
    }

    @Test
    @DisplayName("is not renewed after it has ended, whatever signals come")
    void noRenewalOfTheDead() {
        ClaimId id = rig.driver.claim.last().argument.id();
        rig.time.advance(Duration.ofSeconds(11));
        int renewals = rig.driver.renew.count();
        rig.coordinator.changed(new Subject.Session(id.session()));
        assertThat(rig.driver.renew.count()).isEqualTo(renewals);
    }

    @Test
    @DisplayName("whose opening failed is ended, but not for ever")
    void doubtfulSession() throws Exception {
        Rig other = new Rig();
        other.driver.openSession.fail();
        other.driver.endSession.fail();
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> other.coordinator.lock("a").tryAcquire()).hasMessageContaining("openSession");
            other.time.advance(Duration.ofSeconds(1));
        }
        assertThat(other.driver.endSession.count()).isGreaterThan(50);
        assertThat(other.time.pending())
                .as("attempts to end what can no longer be there")
                .isLessThan(20);
    }

    @Test
    @DisplayName("that is opened while the coordinator closes is ended, and nobody waits for it for ever")
    void closedWhileOpening() {
        Rig other = new Rig();
        other.driver.openSession.byHand();
        var asked = other.coordinator.lock("a").async().acquire();
        Thread closer = new Thread(other.coordinator::close);
        closer.start();
        org.awaitility.Awaitility.await()
                .until(() ->
                        other.driver.close.count() == 1 || asked.isDone() || closer.getState() == Thread.State.WAITING);
        other.driver.openSession.last().answer(Rig.TTL);
        org.awaitility.Awaitility.await().until(() -> !closer.isAlive());
        assertThat(asked).isCompletedExceptionally();
        assertThat(other.driver.endSession.arguments()).isEqualTo(List.copyOf(other.driver.openSession.arguments()));
    }

    @Test
    @DisplayName("leaves no timer behind when the coordinator is closed")
    void leavesNoTimer() throws Exception {
        rig.coordinator.close();
        assertThat(rig.time.pending()).isZero();
        assertThat(grant.lost()).isCompletedWithValueMatching(loss -> loss.reason() == LossReason.RELEASED);
        assertThatThrownBy(() -> rig.coordinator.lock("invoices")).hasMessageContaining("closed");
    }
}
