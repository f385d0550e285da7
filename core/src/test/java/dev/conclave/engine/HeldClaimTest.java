package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ClaimState;
import dev.conclave.Grant;
import dev.conclave.Lock;
import dev.conclave.LockOptions;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.Membership;
import dev.conclave.ReleaseResult;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("a grant")
class HeldClaimTest {
    private final Rig rig = new Rig();
    private final Lock lock = rig.coordinator.lock("invoices");

    private ClaimStatus status(boolean mine) {
        var id = rig.driver.claim.last().argument.id();
        return new ClaimStatus(
                id.key(),
                mine
                        ? List.of(new ClaimStatus.Holding(id, false, 1, "", Instant.EPOCH, Duration.ofSeconds(1)))
                        : List.of(),
                0);
    }

    @Test
    @DisplayName("tells what its release found, and is not valid from the first instant of it")
    void releaseResults() throws Exception {
        Grant grant = lock.acquire();
        rig.driver.release.byHand();
        CompletableFuture<ReleaseResult> result = grant.releaseAsync();
        assertThat(grant.isValid()).isFalse();
        assertThat(grant.state()).isEqualTo(ClaimState.RELEASED);
        assertThat(result).isNotDone();
        rig.driver.release.last().answer(Released.HELD);
        assertThat(result).isCompletedWithValue(ReleaseResult.RELEASED);
        assertThat(grant.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        assertThat(rig.driver.release.count()).isEqualTo(1);

        rig.driver.release.answer(id -> Released.NOTHING);
        assertThat(lock.acquire().release()).isEqualTo(ReleaseResult.ALREADY_LOST);
    }

    @Test
    @DisplayName("is released with an unknown result when the answer is lost, and given back until confirmed")
    void unknownRelease() throws Exception {
        Grant grant = lock.acquire();
        rig.driver.release.byHand();
        CompletableFuture<ReleaseResult> result = grant.releaseAsync();
        rig.driver.release.answer(id -> Released.HELD);
        rig.time.advance(Rig.CALL_TIMEOUT);
        assertThat(result).isCompletedWithValue(ReleaseResult.UNKNOWN);
        assertThat(rig.driver.release.count()).isEqualTo(2);
    }

    @Test
    @DisplayName("is given back until that is confirmed, whatever a client throws meanwhile")
    void clientThrows() throws Exception {
        Grant grant = lock.acquire();
        rig.driver.release.fail(new CancellationException("the client was reset"));
        assertThat(grant.release()).isEqualTo(ReleaseResult.UNKNOWN);
        rig.time.advance(Duration.ofSeconds(2));
        rig.driver.release.answer(id -> Released.HELD);
        rig.time.advance(Rig.TTL.dividedBy(10));
        int releases = rig.driver.release.count();
        assertThat(releases).isGreaterThan(3);
        rig.time.advance(Rig.TTL);
        assertThat(rig.driver.release.count()).as("once it is confirmed").isEqualTo(releases);
    }

    @Test
    @DisplayName("that expired stays lost as expired when it is released before anything noticed")
    void releasedAfterExpiry() throws Exception {
        Grant grant = lock.acquire();
        rig.time.stopFor(Duration.ofSeconds(60));
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
        assertThat(grant.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
        assertThat(grant.lost().join().reason()).isEqualTo(LossReason.EXPIRED);
    }

    @Test
    @DisplayName("that expired stays lost as expired when the coordinator is closed before anything noticed")
    void closedAfterExpiry() throws Exception {
        Grant grant = lock.acquire();
        rig.time.stopFor(Duration.ofSeconds(60));
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
        rig.coordinator.close();
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
        assertThat(grant.lost().join().reason()).isEqualTo(LossReason.EXPIRED);
        assertThat(rig.driver.endSession.count()).isEqualTo(1);
    }

    @Test
    @DisplayName("that reached its limit stays lost when the coordinator is closed before anything noticed")
    void closedAfterLimit() throws Exception {
        Grant grant = lock.with(LockOptions.defaults().withLease(Duration.ofSeconds(4)))
                .acquire();
        rig.time.stopFor(Duration.ofSeconds(5));
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
        rig.coordinator.close();
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
        assertThat(grant.lost().join().reason()).isEqualTo(LossReason.TIME_LIMIT);
    }

    @Test
    @DisplayName("ends as its session did, though it is released before it is told of that")
    void releasedWhileSessionEnds() throws Exception {
        Grant first = lock.acquire();
        Grant second = rig.coordinator.lock("orders").acquire();
        List<ClaimState> states = new ArrayList<>();
        // The first is told first, and callbacks run at once here.
        CompletableFuture<Void> told = first.lost().thenAccept(loss -> {
            states.add(second.state());
            assertThat(second.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
            states.add(second.state());
        });
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofSeconds(4));
        assertThat(told).isCompleted();
        assertThat(states).containsExactly(ClaimState.LOST, ClaimState.LOST);
        assertThat(second.lost().join().reason()).isEqualTo(LossReason.FORGOTTEN);
    }

    @Test
    @DisplayName("is released, and not lost, from the first instant of the coordinator's closing")
    void stateWhileClosing() throws Exception {
        Grant first = lock.acquire();
        Grant second = rig.coordinator.lock("orders").acquire();
        List<ClaimState> states = new ArrayList<>();
        CompletableFuture<Void> told = first.lost().thenAccept(loss -> states.add(second.state()));
        rig.coordinator.close();
        assertThat(told).isCompleted();
        assertThat(states).containsExactly(ClaimState.RELEASED);
    }

    @Test
    @DisplayName("ends at its lease unless that is restarted, and at its maximal hold in any case")
    void limits() throws Exception {
        Grant leased = lock.with(LockOptions.defaults().withLease(Duration.ofSeconds(4)))
                .acquire();
        rig.time.advance(Duration.ofSeconds(3));
        assertThat(leased.renew()).isTrue();
        rig.time.advance(Duration.ofSeconds(3));
        assertThat(leased.validFor()).isEqualTo(Duration.ofSeconds(1));
        rig.time.advance(Duration.ofSeconds(1));
        assertThat(leased.lost().join().reason()).isEqualTo(LossReason.TIME_LIMIT);
        assertThat(rig.driver.release.count()).isEqualTo(1);
        assertThat(leased.renew()).isFalse();

        Grant bounded = lock.with(LockOptions.defaults().withMaxHold(Duration.ofSeconds(25)))
                .acquire();
        rig.time.advance(Duration.ofMillis(24_999));
        assertThat(bounded.isValid()).isTrue();
        rig.time.advance(Duration.ofMillis(1));
        assertThat(bounded.lost().join().reason()).isEqualTo(LossReason.TIME_LIMIT);
    }

    @ParameterizedTest(name = "before reading {0} of the clock")
    @ValueSource(ints = {1, 2, 3, 4, 5})
    @DisplayName("whose lease was seen to end stays lost although a thread that was stopped in renew() goes on")
    void stoppedInRenew(int reading) throws Exception {
        Grant leased = lock.with(LockOptions.defaults().withLease(Duration.ofSeconds(4)))
                .acquire();
        List<ClaimState> seen = new ArrayList<>();
        rig.time.beforeReading(reading, () -> {
            rig.time.stopFor(Duration.ofSeconds(5));
            seen.add(leased.state());
        });
        boolean renewed = leased.renew();
        assertThat(leased.isValid()).isEqualTo(renewed);
        assertThat(seen).hasSize(1);
        if (seen.contains(ClaimState.LOST)) {
            assertThat(renewed).isFalse();
            assertThat(leased.state()).isEqualTo(ClaimState.LOST);
        }
        rig.time.runDue();
        assertThat(leased.isValid()).isEqualTo(renewed);
    }

    @Test
    @DisplayName("with a limit beyond all clocks stands as if it had none")
    void endlessLimits() throws Exception {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        Grant grant = lock.with(LockOptions.defaults().withLease(endless).withMaxHold(endless))
                .acquire();
        rig.time.advance(Duration.ofMinutes(5));
        assertThat(grant.state()).isEqualTo(ClaimState.HELD);
    }

    @Test
    @DisplayName("leaves no timer of its limit behind when it is released")
    void limitTimer() throws Exception {
        int before = rig.time.pending();
        lock.acquire().release();
        int idle = rig.time.pending();
        lock.with(LockOptions.defaults().withMaxHold(Duration.ofHours(5)))
                .acquire()
                .release();
        assertThat(rig.time.pending()).isEqualTo(idle).isGreaterThan(before);
    }

    @Test
    @DisplayName("is verified by the backend, and lost when that has it no more")
    void verifies() throws Exception {
        Grant grant = lock.acquire();
        rig.driver.inspect.answer(key -> status(true));
        assertThat(grant.verify()).isTrue();
        rig.driver.inspect.fail();
        assertThatThrownBy(grant::verify).isInstanceOf(BackendUnavailableException.class);
        assertThat(grant.isValid()).isTrue();
        rig.driver.inspect.answer(key -> status(false));
        assertThat(grant.verify()).isFalse();
        assertThat(grant.lost().join().reason()).isEqualTo(LossReason.FORGOTTEN);
    }

    @Test
    @DisplayName("whose request was repeated is given back once more when no repetition can be on its way")
    void echoes() {
        rig.driver.claim.byHand();
        CompletableFuture<Grant> grant = lock.async().acquire();
        rig.driver.claim.last().fail();
        rig.driver.claim.answer(request -> new ClaimReply.Granted(1));
        rig.time.advance(Duration.ofMillis(25));
        grant.join().release();
        assertThat(rig.driver.release.count()).isEqualTo(1);
        rig.time.advance(Rig.TTL);
        assertThat(rig.driver.release.count()).isEqualTo(2);
    }

    @Test
    @DisplayName("tells of its loss once, and cannot be made to by hand")
    void lostOnce() throws Exception {
        Grant grant = lock.acquire();
        List<Loss> told = new ArrayList<>();
        CompletableFuture<Void> telling = grant.lost().thenAccept(told::add);
        grant.lost().complete(new Loss(LossReason.EXPIRED, "a lie"));
        grant.lost().cancel(true);
        assertThat(told).isEmpty();
        assertThat(grant.isValid()).isTrue();
        assertThat(grant.lost()).isNotDone();
        assertThat(grant.lost()
                        .orTimeout(1, TimeUnit.MILLISECONDS)
                        .handle((loss, failure) -> failure)
                        .join())
                .isInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(grant.lost()).isNotDone();
        grant.release();
        assertThat(told).extracting(Loss::reason).containsExactly(LossReason.RELEASED);
        assertThat(telling).isCompleted();
    }

    @Test
    @DisplayName("can be asked again and again for its loss without piling anything up")
    void lostIsCheap() throws Exception {
        Grant grant = lock.acquire();
        CompletableFuture<Loss> first = grant.lost();
        for (int i = 0; i < 1_000; i++) {
            assertThat(grant.lost()).isSameAs(first);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalArgumentException.class, OutOfMemoryError.class})
    @DisplayName("is lost for all claims of a session, and its member joins again, although an executor throws at each")
    void throwingExecutor(Class<? extends Throwable> type) throws Exception {
        var broken = type.getConstructor(String.class);
        Rig other = new Rig(ScriptedDriver.obliging(Rig.TTL), task -> {
            try {
                throw broken.newInstance("unable to create native thread");
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        });
        Grant one = other.coordinator.lock("one").acquire();
        Grant two = other.coordinator.lock("two").acquire();
        CompletableFuture<Loss> first =
                other.coordinator.lock("three").acquire().lost().copy();
        Membership membership = other.coordinator.group("workers").join();
        other.driver.renew.fail();
        other.time.advance(Duration.ofSeconds(11));
        assertThat(one.lost().get(5, TimeUnit.SECONDS).reason()).isEqualTo(LossReason.EXPIRED);
        assertThat(two.lost().get(5, TimeUnit.SECONDS).reason()).isEqualTo(LossReason.EXPIRED);
        assertThat(first.get(5, TimeUnit.SECONDS).reason()).isEqualTo(LossReason.EXPIRED);
        assertThat(other.driver.endSession.count()).isEqualTo(1);
        assertThat(membership.incarnation()).hasValue("incarnation-2");
    }
}
