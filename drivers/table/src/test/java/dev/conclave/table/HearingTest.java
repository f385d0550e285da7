package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A store's hints")
class HearingTest {
    private static final long LONG_MILLIS = 60_000;
    /** Noted by the store's thread when it finds that a death is suspected. */
    private static final long CALLED = -2;

    private final FakeCarrier carrier = new FakeCarrier(new SharedMemory().process());
    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final Hearing hearing = new Hearing(carrier, new Listener(), awaited::get);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private volatile boolean over;
    private volatile boolean suspected;
    private volatile Runnable nested = () -> {};
    private final Thread own = new Thread(this::serve, "own");

    private record Heard(long subject, Thread by) {}

    private void serve() {
        hearing.begin();
        begun.countDown();
        try {
            while (!over) {
                hearing.await();
                if (suspected) {
                    suspected = false;
                    heard.add(new Heard(CALLED, Thread.currentThread()));
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure.complete(e);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        over = true;
        hearing.call();
        own.join();
    }

    private void begin() throws InterruptedException {
        own.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private Heard heard() throws InterruptedException {
        Heard next = heard.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    /** Lends a thread again and again, which stays until it hears something or is let go; returns when it is in. */
    private Lent lend() throws InterruptedException {
        carrier.briefMillis = LONG_MILLIS;
        Lent lent = new Lent();
        lent.start();
        assertThat(lent.in.await(30, TimeUnit.SECONDS)).isTrue();
        return lent;
    }

    private final class Lent extends Thread {
        final AtomicBoolean done = new AtomicBoolean();
        /** It is asked twice before it waits: on the way in, and there. */
        final CountDownLatch in = new CountDownLatch(1);

        @Override
        public void run() {
            while (!done.get()) {
                int[] asked = {0};
                hearing.lend(() -> {
                    if (++asked[0] == 2) {
                        in.countDown();
                    }
                    return done.get();
                });
                carrier.wakeUp(); // so that the own thread sees that somebody came in vain
                LockSupport.parkNanos(100_000);
            }
        }

        void letGo() throws InterruptedException {
            done.set(true);
            hearing.told();
            join(30_000);
            assertThat(isAlive()).isFalse();
        }
    }

    @Test
    @DisplayName("are heard by the store's thread if nobody lends one")
    void own() throws InterruptedException {
        begin();
        carrier.hints.add(7L);
        assertThat(heard()).isEqualTo(new Heard(7, own));
    }

    @Test
    @DisplayName("are heard by a thread that is lent, which is let go once what it waits for is done by another")
    void lent() throws InterruptedException {
        begin();
        Lent lent = lend();
        Thread by = own;
        for (long hint = 1; by == own && hint < 10_000; hint++) { // it leaves now and then, and the other may be faster
            carrier.hints.add(hint);
            by = heard().by();
        }
        assertThat(by).isSameAs(lent);
        lent.letGo();
        carrier.hints.add(7L);
        assertThat(heard()).isEqualTo(new Heard(7, own));
    }

    @Test
    @DisplayName("are heard by the store's thread while others wait, however many threads are lent")
    void othersWait() throws InterruptedException {
        begin();
        awaited.set(true);
        carrier.briefMillis = LONG_MILLIS;
        Lent lent = new Lent();
        lent.start();
        for (long hint = 1; hint <= 1_000; hint++) {
            carrier.hints.add(hint);
            assertThat(heard()).isEqualTo(new Heard(hint, own));
        }
        lent.letGo();
    }

    @Test
    @DisplayName("are heard by the store's thread again as soon as it is called, before any lent one")
    void called() throws InterruptedException {
        begin();
        Lent lent = lend();
        awaited.set(true); // or it would leave the role again, to one that comes after
        hearing.call();
        carrier.hints.add(7L);
        assertThat(heard()).isEqualTo(new Heard(7, own));
        lent.letGo();
    }

    @Test
    @DisplayName("that cannot be heard by a lent thread fail the store's thread, and not the caller")
    void failing() throws Exception {
        begin();
        Lent lent = lend();
        IOException broken = new IOException("the bell is broken");
        carrier.fail(broken);
        assertThat(failure.get(30, TimeUnit.SECONDS)).isSameAs(broken);
        lent.letGo();
    }

    @Test
    @DisplayName("keep no caller that is interrupted, and its interrupt stays")
    void interrupted() throws Exception {
        begin();
        carrier.briefMillis = LONG_MILLIS;
        CountDownLatch in = new CountDownLatch(1);
        CompletableFuture<Boolean> interruptedAfter = new CompletableFuture<>();
        Thread lent = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                int[] asked = {0};
                hearing.lend(() -> {
                    if (++asked[0] == 2) {
                        in.countDown();
                    }
                    return false;
                });
                carrier.wakeUp();
                LockSupport.parkNanos(100_000);
            }
            interruptedAfter.complete(Thread.interrupted());
        });
        lent.start();
        assertThat(in.await(30, TimeUnit.SECONDS)).isTrue();
        lent.interrupt();
        assertThat(interruptedAfter.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("of a death that a lent thread hears call the store's thread")
    void death() throws InterruptedException {
        begin();
        Lent lent = lend();
        carrier.hints.add(FakeCarrier.DEATH);
        assertThat(heard().subject()).isEqualTo(FakeCarrier.DEATH);
        Heard seen = heard();
        assertThat(seen).isEqualTo(new Heard(CALLED, own));
        lent.letGo();
    }

    @Test
    @DisplayName("are not waited for once more by the store's thread while it tells one")
    void nested() throws InterruptedException {
        nested = () -> hearing.lend(() -> {
            throw new AssertionError("let in");
        });
        begin();
        carrier.hints.add(7L);
        assertThat(heard()).isEqualTo(new Heard(7, own));
        carrier.hints.add(8L);
        assertThat(heard()).isEqualTo(new Heard(8, own));
    }

    private final class Listener implements Carrier.Hints {
        @Override
        public void heard(long subject) {
            nested.run();
            heard.add(new Heard(subject, Thread.currentThread()));
        }

        @Override
        public void missed() {
            throw new AssertionError("none is missed here");
        }

        @Override
        public void deathSuspected() {
            heard.add(new Heard(FakeCarrier.DEATH, Thread.currentThread()));
            suspected = true;
        }
    }
}
