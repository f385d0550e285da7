package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Grant;
import dev.conclave.Lock;
import dev.conclave.LockBusyException;
import dev.conclave.SessionLostException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.Released;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("an acquisition")
class AcquisitionTest {
    private final Rig rig = new Rig();
    private final Lock lock = rig.coordinator.lock("invoices");

    @BeforeEach
    void byHand() {
        rig.driver.claim.byHand();
    }

    private static ClaimReply waiting() {
        return new ClaimReply.Waiting(Duration.ofSeconds(1));
    }

    private ClaimId asked(int number) {
        return rig.driver.claim.call(number).argument.id();
    }

    @Test
    @DisplayName("asks again with the same id after a reply was lost, and gets the grant that stands")
    void asksAgain() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.driver.claim.last().fail();
        rig.time.advance(Duration.ofMillis(25));
        assertThat(asked(1)).isEqualTo(asked(0));
        rig.driver.claim.last().answer(new Granted(7));
        assertThat(grant.join().fencingToken()).isEqualTo(7);
    }

    @Test
    @DisplayName(
            "waits in the queue and asks when its turn is signalled, or by the time that the driver advised, a quarter of it earlier at most")
    void waits() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.driver.claim.last().answer(waiting());
        rig.time.advance(Duration.ofMillis(749));
        assertThat(rig.driver.claim.count()).isEqualTo(1);
        rig.time.advance(Duration.ofMillis(251));
        assertThat(rig.driver.claim.count()).isEqualTo(2);
        rig.driver.claim.last().answer(waiting());
        rig.coordinator.changed(new Subject.Request(asked(0)));
        assertThat(rig.driver.claim.count()).isEqualTo(3);
        rig.driver.claim.last().answer(new Granted(1));
        assertThat(grant).isCompleted();
    }

    @Test
    @DisplayName("remembers a signal that comes while it is asking")
    void remembersSignals() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.coordinator.changed(new Subject.Request(asked(0)));
        rig.driver.claim.last().answer(waiting());
        rig.time.runDue();
        assertThat(rig.driver.claim.count()).isEqualTo(2);
        rig.driver.claim.last().answer(new Granted(1));
        assertThat(grant).isCompleted();
    }

    @Test
    @DisplayName("is empty when its patience ends in the queue, and leaves the queue")
    void patience() {
        CompletableFuture<Optional<Grant>> grant = lock.async().tryAcquire(Duration.ofMillis(500));
        rig.driver.claim.last().answer(waiting());
        rig.time.advance(Duration.ofMillis(500));
        assertThat(grant.join()).isEmpty();
        assertThat(rig.driver.release.arguments()).containsExactly(asked(0));
        assertThat(lock.async().acquire(Duration.ofDays(-3)).getNow(null)).isNull();
        rig.driver.claim.last().answer(new ClaimReply.Busy());
        rig.time.advance(Rig.CALL_TIMEOUT);
    }

    @Test
    @DisplayName("fails as unavailable, not busy, when its patience ends without an answer")
    void patienceWithoutAnswer() {
        CompletableFuture<Optional<Grant>> grant = lock.async().tryAcquire(Duration.ofMillis(500));
        rig.time.advance(Duration.ofMillis(500));
        assertThatThrownBy(grant::join).hasCauseInstanceOf(BackendUnavailableException.class);
        assertThat(rig.driver.release.count()).isEqualTo(1);
        rig.driver.claim.last().answer(new Granted(1));
        assertThat(rig.driver.release.count())
                .as("the late grant is given back")
                .isEqualTo(2);
        rig.time.advance(Rig.TTL);
        assertThat(rig.driver.release.count())
                .as("once more, when nothing can be on its way")
                .isEqualTo(3);
    }

    @Test
    @DisplayName("that fails is withdrawn before its caller is told")
    void withdrawnFirst() {
        List<Integer> releases = new ArrayList<>();
        CompletableFuture<Void> told = lock.async().tryAcquire().handle((grant, failure) -> {
            releases.add(rig.driver.release.count());
            return null;
        });
        rig.time.advance(Rig.CALL_TIMEOUT);
        assertThat(told).isCompleted();
        assertThat(releases).containsExactly(1);
    }

    @Test
    @DisplayName("waits for ever with a patience beyond all clocks, and asks once with a negative one")
    void extremes() throws Exception {
        CompletableFuture<Grant> grant = lock.async().acquire(Duration.ofSeconds(Long.MAX_VALUE));
        rig.driver.claim.last().answer(waiting());
        rig.time.advance(Duration.ofDays(1));
        assertThat(grant).isNotDone();
        grant.cancel(false);
        rig.driver.claim.answer(request -> new ClaimReply.Busy());
        assertThat(lock.tryAcquire(Duration.ofSeconds(Long.MIN_VALUE))).isEmpty();
        assertThatThrownBy(() -> lock.acquire(Duration.ofSeconds(Long.MIN_VALUE)))
                .isInstanceOf(LockBusyException.class);
    }

    @Test
    @DisplayName("begins anew, with a new id, in a new session when the backend does not know the old one")
    void newSession() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.driver.claim.last().answer(new ClaimReply.NoSession());
        rig.time.advance(Duration.ofMillis(25));
        assertThat(rig.driver.openSession.count()).isEqualTo(2);
        assertThat(asked(1).session()).isNotEqualTo(asked(0).session());
        rig.driver.claim.last().answer(new Granted(1));
        assertThat(grant).isCompleted();
    }

    @Test
    @DisplayName("waits on in a new session when the one it waited in has expired")
    void sessionExpires() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.driver.claim.last().answer(waiting());
        rig.driver.renew.fail();
        rig.driver.claim.answer(
                request -> request.id().session().equals(asked(0).session()) ? waiting() : new Granted(3));
        rig.time.advance(Duration.ofSeconds(11));
        assertThat(grant.join().fencingToken()).isEqualTo(3);
    }

    @Test
    @DisplayName("that asks once gives up after some sessions that end at once")
    void endlessSessions() {
        rig.driver.claim.answer(request -> new ClaimReply.NoSession());
        CompletableFuture<Optional<Grant>> grant = lock.async().tryAcquire();
        rig.time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(grant::join).hasCauseInstanceOf(SessionLostException.class);
    }

    @Test
    @DisplayName("that waits does not run in circles when each session ends at once")
    void noBusyLoop() {
        rig.driver.claim.answer(request -> {
            if (rig.driver.claim.count() > 2_000) {
                throw new AssertionError("a busy loop");
            }
            return new ClaimReply.NoSession();
        });
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(grant).isNotDone();
        assertThat(rig.driver.claim.count()).isLessThan(100);
    }

    @Test
    @DisplayName("gives back a grant that comes after its session's deadline, and asks anew")
    void grantAfterDeadline() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.time.stopFor(Duration.ofSeconds(60));
        rig.driver.claim.call(0).answer(new Granted(1));
        assertThat(grant).isNotDone();
        rig.time.advance(Duration.ofMillis(50));
        assertThat(rig.driver.endSession.arguments()).contains(asked(0).session());
        rig.driver.claim.last().answer(new Granted(2));
        assertThat(grant.join().fencingToken()).isEqualTo(2);
    }

    @Test
    @DisplayName("that is cancelled while it asks gives back the grant that comes late")
    void cancelledWhileAsking() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        grant.cancel(false);
        assertThat(rig.driver.release.arguments()).containsExactly(asked(0));
        rig.driver.claim.last().answer(new Granted(1));
        assertThat(rig.driver.release.count()).isGreaterThan(1);
        rig.time.advance(Rig.TTL);
        rig.coordinator.changed(new Subject.Request(asked(0)));
        assertThat(rig.driver.claim.count()).isEqualTo(1);
    }

    @Test
    @DisplayName("that is cancelled in the queue leaves it, and repeats that until it is confirmed")
    void cancelledInTheQueue() {
        rig.driver.release.fail();
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.driver.claim.last().answer(waiting());
        grant.cancel(false);
        rig.time.advance(Duration.ofSeconds(2));
        assertThat(rig.driver.release.count()).isGreaterThan(2);
        rig.driver.release.answer(id -> Released.WAITING);
        rig.time.advance(Duration.ofSeconds(2));
        int releases = rig.driver.release.count();
        rig.time.advance(Duration.ofSeconds(20));
        assertThat(rig.driver.release.count()).isEqualTo(releases);
    }

    @Test
    @DisplayName("that times out by the application's own hand leaves the queue too")
    void timedOutByHand() {
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.driver.claim.last().answer(waiting());
        grant.completeExceptionally(new java.util.concurrent.TimeoutException());
        assertThat(rig.driver.release.arguments()).containsExactly(asked(0));
    }

    @Test
    @DisplayName("that is cancelled while the session is being opened asks for nothing")
    void cancelledWhileOpening() {
        rig.driver.openSession.byHand();
        CompletableFuture<Grant> grant = lock.async().acquire();
        grant.cancel(false);
        rig.driver.openSession.last().answer(Rig.TTL);
        assertThat(rig.driver.claim.count()).isZero();
    }

    @Test
    @DisplayName("stops giving back what its session took along when that ended")
    void stopsGivingBack() {
        rig.driver.release.fail();
        rig.driver.renew.fail();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Grant> grant = lock.async().acquire();
            rig.driver.claim.last().answer(waiting());
            grant.cancel(false);
        }
        rig.time.advance(Duration.ofSeconds(30));
        int releases = rig.driver.release.count();
        rig.time.advance(Duration.ofSeconds(30));
        assertThat(rig.driver.release.count()).isEqualTo(releases);
        assertThat(rig.time.pending()).isLessThan(20);
    }

    @Test
    @DisplayName("that is interrupted leaves nothing, and throws InterruptedException")
    void interrupted() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiter = new Thread(() -> thrown.complete(catchThrowable(lock::acquire)));
        waiter.start();
        Awaitility.await().until(() -> rig.driver.claim.count() == 1);
        rig.driver.claim.last().answer(waiting());
        waiter.interrupt();
        assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(rig.driver.release.arguments()).containsExactly(asked(0));
    }

    @Test
    @DisplayName("that is interrupted just as it is granted gives the grant back, every time")
    void interruptedWhileGranted() throws Exception {
        for (int i = 0; i < 300; i++) {
            Rig other = new Rig();
            other.driver.claim.byHand();
            Lock name = other.coordinator.lock("a");
            CompletableFuture<Grant> got = new CompletableFuture<>();
            Thread waiter = new Thread(() -> {
                try {
                    got.complete(name.acquire());
                } catch (InterruptedException e) {
                    got.cancel(false);
                }
            });
            waiter.start();
            Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> other.driver.claim.count() == 1);
            Thread granter = new Thread(() -> other.driver.claim.last().answer(new Granted(1)));
            granter.start();
            waiter.interrupt();
            waiter.join();
            granter.join();
            if (got.isCancelled()) {
                assertThat(other.driver.release.count()).isPositive();
            }
        }
    }

    @Test
    @DisplayName("ends when the coordinator is closed, whatever it waits for")
    void closed() {
        CompletableFuture<Grant> queued = lock.async().acquire();
        rig.driver.claim.last().answer(waiting());
        CompletableFuture<Grant> asking = lock.async().acquire();
        CompletableFuture<Optional<Grant>> once = lock.async().tryAcquire();
        rig.coordinator.close();
        assertThat(queued).isCompletedExceptionally();
        assertThat(asking).isCompletedExceptionally();
        assertThat(once).isCompletedExceptionally();
        rig.driver.claim.call(1).fail();
        rig.driver.claim.call(2).fail();
        assertThat(rig.timersLeft()).isZero();
    }

    @Test
    @DisplayName("ends when the coordinator is closed while the backend cannot be reached")
    void closedDuringOutage() {
        Rig other = new Rig();
        other.driver.openSession.fail();
        CompletableFuture<Grant> grant = other.coordinator.lock("a").async().acquire();
        assertThat(grant).isNotDone();
        other.coordinator.close();
        assertThat(grant).isCompletedExceptionally();
        assertThat(other.time.pending()).isZero();
    }

    @Test
    @DisplayName("survives a driver that signals within each step")
    void signalsWithinSteps() {
        rig.driver.claim.answer(request -> {
            rig.coordinator.changed(new Subject.Request(request.id()));
            if (rig.driver.claim.count() > 20_000) {
                return new Granted(1);
            }
            return waiting();
        });
        CompletableFuture<Grant> grant = lock.async().acquire();
        assertThat(grant).isNotDone();
        assertThat(rig.driver.claim.count()).isLessThan(20_000);
    }

    @Test
    @DisplayName("fails like any other when the driver throws, even an error")
    void throwingDriver() {
        rig.driver.claim.answer(request -> {
            throw new NoClassDefFoundError("io/netty/Missing");
        });
        assertThatThrownBy(lock::tryAcquire).hasMessageContaining("io/netty/Missing");
    }

    @Test
    @DisplayName("on the caller's thread sets no timer and runs no callback thread when the driver answers at once")
    void fastPath() throws Exception {
        Rig other = new Rig(ScriptedDriver.obliging(Rig.TTL), task -> {
            throw new AssertionError("a thread hop");
        });
        Lock name = other.coordinator.lock("a");
        name.acquire().release();
        int timers = other.time.scheduled();
        name.acquire().release();
        name.acquire(Duration.ofSeconds(5)).close();
        name.tryAcquire().orElseThrow().release();
        assertThat(other.time.scheduled()).isEqualTo(timers);
    }
}
