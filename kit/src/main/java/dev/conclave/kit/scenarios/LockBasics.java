package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.ClaimState;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Lock;
import dev.conclave.LockBusyException;
import dev.conclave.LockOptions;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.UnfencedCounter;
import dev.conclave.kit.UserThread;
import dev.conclave.kit.process.MemberProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

/** Exclusive locks: parity with the reference's own suite. */
public abstract class LockBasics extends ScenarioGroup {
    private static final int INCREMENTS = 25;

    /** For the kit. */
    protected LockBasics() {}

    @Scenario("B6")
    @DisplayName("A lock excludes across coordinators, across threads, and for two handles in one thread")
    void exclusive(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Coordinator bob = stage.member("bob");

        Grant grant = ada.lock("invoice").tryAcquire().orElseThrow();

        assertThat(grant.isValid()).isTrue();
        assertThat(grant.verify()).isTrue();
        assertThat(grant.state()).isEqualTo(ClaimState.HELD);
        assertThat(grant.isShared()).isFalse();
        assertThat(grant.validFor()).isPositive();
        assertThat(ada.lock("invoice").tryAcquire()).isEmpty();
        assertThat(bob.lock("invoice").tryAcquire()).isEmpty();
        assertThat(UserThread.doing(() -> ada.lock("invoice").tryAcquire()).result())
                .isEmpty();
        assertThatThrownBy(() -> bob.lock("invoice").acquire(Duration.ofSeconds(4))) // more than a call may take
                .isInstanceOf(LockBusyException.class);
        assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(bob.lock("invoice").tryAcquire()).isPresent();
    }

    @Scenario("B6")
    @DisplayName("Nothing overlaps when three coordinators with four threads each count without another protection")
    void mutualExclusion(Stage stage) throws Exception {
        UnfencedCounter counter = new UnfencedCounter();
        List<UserThread<Boolean>> users = new ArrayList<>();
        for (String member : List.of("ada", "bob", "eve")) {
            Coordinator coordinator = stage.member(member);
            for (int i = 0; i < 4; i++) {
                users.add(UserThread.doing(() -> increment(coordinator.lock("counter"), counter)));
            }
        }
        Await.done("all to have counted", counter::value, () -> users.stream().allMatch(UserThread::isDone));
        for (UserThread<Boolean> user : users) {
            user.result();
        }

        assertThat(counter.value()).isEqualTo(users.size() * INCREMENTS);
    }

    private static boolean increment(Lock lock, UnfencedCounter counter) throws InterruptedException {
        for (int i = 0; i < INCREMENTS; i++) {
            try (Grant grant = lock.acquire()) {
                counter.increment();
                assertThat(grant.isValid()).isTrue();
            }
        }
        return true;
    }

    @Scenario("B6")
    @DisplayName("Nothing overlaps when three processes count in a file without another protection")
    void mutualExclusionOfProcesses(Stage stage, @TempDir Path folder) throws Exception {
        List<MemberProcess> processes = List.of(stage.process("ada"), stage.process("bob"), stage.process("eve"));
        Path file = Files.writeString(folder.resolve("counter"), "0");
        List<CompletableFuture<?>> counting = new ArrayList<>();
        for (MemberProcess process : processes) {
            counting.add(process.begin("increment", "lock", "counter", "file", file.toString(), "times", INCREMENTS));
        }
        for (int i = 0; i < counting.size(); i++) {
            processes.get(i).finish("increment", counting.get(i));
        }

        assertThat(Files.readString(file)).isEqualTo(String.valueOf(counting.size() * INCREMENTS));
    }

    @Scenario("B6")
    @DisplayName("An untimed, a timed and an asynchronous wait all end when the lock is released")
    void waiting(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Coordinator bob = stage.member("bob");
        Grant first = ada.lock("invoice").acquire();
        UserThread<Grant> untimed = UserThread.doing(() -> bob.lock("invoice").acquire());
        UserThread<Grant> timed = UserThread.doing(() -> bob.lock("invoice").acquire(Await.PATIENCE));
        CompletableFuture<Grant> later = bob.lock("invoice").async().acquire();
        Await.until("three to wait", () -> ada.lock("invoice").info().waiters() == 3);

        first.release();

        CompletableFuture<Grant> untimedDone = released(untimed);
        CompletableFuture<Grant> timedDone = released(timed);
        Await.result("the asynchronous wait", later).release();
        Await.result("the untimed wait", untimedDone);
        Await.result("the timed wait", timedDone);
        assertThat(ada.lock("invoice").info().isFree()).isTrue();
    }

    private static CompletableFuture<Grant> released(UserThread<Grant> user) {
        CompletableFuture<Grant> done = new CompletableFuture<>();
        UserThread.doing(() -> {
            Grant grant = user.result();
            grant.release();
            return done.complete(grant);
        });
        return done;
    }

    @Scenario("B6")
    @DisplayName("Releasing says what happened, and doing it twice is harmless")
    void releasing(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Coordinator bob = stage.member("bob");
        Grant adas = ada.lock("invoice").acquire();

        assertThat(adas.release()).isEqualTo(ReleaseResult.RELEASED);

        Grant bobs = bob.lock("invoice").tryAcquire().orElseThrow();
        assertThat(adas.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        adas.close();
        assertThat(adas.state()).isEqualTo(ClaimState.RELEASED);
        assertThat(adas.isValid()).isFalse();
        assertThat(adas.validFor()).isZero();
        assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.RELEASED);
        assertThat(bobs.verify()).isTrue();
        assertThat(Await.result("the release", bobs.releaseAsync())).isEqualTo(ReleaseResult.RELEASED);
        assertThat(Await.result("the release", bobs.releaseAsync())).isEqualTo(ReleaseResult.ALREADY_LOST);
    }

    @Scenario("B6")
    @DisplayName(
            "A grant with a lease ends after it unless its holder renews, one with a longest hold ends in any case")
    void timeLimits(Stage stage) throws Exception {
        Lock lock = stage.member("ada").lock("leased");
        Coordinator bob = stage.member("bob");
        Grant leased = lock.with(LockOptions.defaults().withLease(Duration.ofSeconds(4)))
                .acquire();
        assertThat(leased.renew()).isTrue();

        assertThat(stage.awaitLost(leased).reason()).isEqualTo(LossReason.TIME_LIMIT);

        assertThat(leased.isValid()).isFalse();
        assertThat(leased.renew()).isFalse();
        assertThat(bob.lock("leased").tryAcquire(Await.PATIENCE)).isPresent();
        Grant held = stage.member("eve")
                .lock("held")
                .with(LockOptions.defaults().withMaxHold(Duration.ofMillis(300)))
                .acquire();
        assertThat(stage.awaitLost(held).reason()).isEqualTo(LossReason.TIME_LIMIT);
        assertThat(held.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        assertThat(bob.lock("held").tryAcquire(Await.PATIENCE)).isPresent();
    }

    @Scenario("B6")
    @DisplayName("The java.util.concurrent view is reentrant and belongs to a thread")
    @SuppressWarnings("LockNotBeforeTry") // the point is who may unlock, and when
    void javaLock(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Coordinator bob = stage.member("bob");
        java.util.concurrent.locks.Lock lock = ada.lock("invoice").asJavaLock();
        lock.lock();
        lock.lock();

        assertThat(bob.lock("invoice").tryAcquire()).isEmpty();
        assertThat(UserThread.doing(() -> lock.tryLock(10, TimeUnit.MILLISECONDS))
                        .result())
                .isFalse();
        UserThread<Boolean> stranger = UserThread.doing(() -> {
            lock.unlock();
            return true;
        });
        assertThatThrownBy(stranger::result).isInstanceOf(IllegalMonitorStateException.class);
        lock.unlock();
        assertThat(bob.lock("invoice").tryAcquire()).isEmpty();
        lock.unlock();
        assertThat(bob.lock("invoice").tryAcquire()).isPresent();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }
}
