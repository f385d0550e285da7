package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.spi.ClaimReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a lock as a Java lock")
@SuppressWarnings("LockNotBeforeTry") // how it is locked and unlocked is what is tested
class JavaLockViewTest {
    private final Rig rig = new Rig();
    private final Lock lock = rig.coordinator.lock("invoices").asJavaLock();

    @Test
    @DisplayName("is reentrant, with one grant for all its entries")
    void reentrant() {
        lock.lock();
        lock.lock();
        assertThat(lock.tryLock()).isTrue();
        lock.unlock();
        lock.unlock();
        assertThat(rig.driver.release.count()).isZero();
        lock.unlock();
        assertThat(rig.driver.claim.count()).isEqualTo(1);
        assertThat(rig.driver.release.count()).isEqualTo(1);
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
    }

    @Test
    @DisplayName("belongs to its thread")
    void threads() {
        lock.lock();
        assertThat(CompletableFuture.supplyAsync(lock::tryLock).join()).isFalse();
        CompletableFuture<Void> foreign = CompletableFuture.runAsync(lock::unlock);
        assertThatThrownBy(foreign::join).hasCauseInstanceOf(IllegalMonitorStateException.class);
        lock.unlock();
        assertThat(CompletableFuture.supplyAsync(() -> {
                            boolean got = lock.tryLock();
                            lock.unlock();
                            return got;
                        })
                        .join())
                .isTrue();
    }

    @Test
    @DisplayName("tells by unlock() that it was lost, and can be locked again")
    void lost() {
        lock.lock();
        rig.time.stopFor(Duration.ofMinutes(1));
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(IllegalMonitorStateException.class)
                .hasMessageContaining("lost");
        assertThat(lock.tryLock()).isTrue();
        lock.unlock();
    }

    @Test
    @DisplayName("is got by lock() and tryLock() although the thread is interrupted, and keeps the flag")
    void interrupted() {
        Thread.currentThread().interrupt();
        assertThat(lock.tryLock()).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        lock.unlock();
        lock.lock();
        assertThat(Thread.interrupted()).isTrue();
        lock.unlock();
        Thread.currentThread().interrupt();
        assertThatThrownBy(lock::lockInterruptibly).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @DisplayName("is left as it was when the backend fails or others hold it")
    void notGot() throws Exception {
        rig.driver.claim.fail();
        assertThatThrownBy(lock::tryLock).isInstanceOf(BackendUnavailableException.class);
        rig.driver.claim.answer(request -> new ClaimReply.Busy());
        assertThat(lock.tryLock()).isFalse();
        assertThat(lock.tryLock(-5, TimeUnit.DAYS)).isFalse();
        rig.driver.claim.answer(request -> new ClaimReply.Granted(1));
        assertThat(CompletableFuture.supplyAsync(lock::tryLock).join()).isTrue();
    }

    @Test
    @DisplayName("waits as good as for ever with the longest patience there is")
    void longPatience() throws Exception {
        assertThat(lock.tryLock(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        lock.unlock();
    }
}
