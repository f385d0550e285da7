package dev.conclave.file;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.spi.Target;
import dev.conclave.spi.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A member at the level of the SPI: a driver, one session, and what an engine would do about waiting. */
final class Member implements AutoCloseable {
    /** So long that nothing goes on because a session is over. */
    private static final Duration TTL = Duration.ofMinutes(10);
    /** So long that a slow disk, on which each of a thousand steps may wait, fails none of them. */
    private static final Duration PATIENT = Duration.ofSeconds(60);

    private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1, task -> {
        Thread thread = new Thread(task, "test-timer");
        thread.setDaemon(true);
        return thread;
    });

    private static final TimeSource TIME = new TimeSource() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            var future = TIMER.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }
    };

    final Driver driver;
    final SessionId session;
    final Queue<Subject> signals = new ConcurrentLinkedQueue<>();
    private final Map<ClaimId, Semaphore> turns = new ConcurrentHashMap<>();
    private long sequence;

    private Member(String url, String name, Duration ttl, Duration callTimeout) {
        this.driver = join(open(url, name, this, callTimeout));
        this.session = new SessionId(
                name, UUID.randomUUID().toString().replace("-", "").substring(0, 26));
        join(driver.openSession(session, ttl));
    }

    static Member of(String url, String name) {
        return new Member(url, name, TTL, PATIENT);
    }

    static Member of(Path directory, String name) {
        return of("file:" + directory, name);
    }

    static Member of(Path directory, String name, Duration ttl) {
        return new Member("file:" + directory, name, ttl, PATIENT);
    }

    /** Is told soon that another process is stuck. */
    static Member impatient(Path directory, String name) {
        return new Member("file:" + directory, name, TTL, Duration.ofSeconds(2));
    }

    /** Opens a driver alone. */
    static CompletableFuture<Driver> open(String url) {
        return open(url, "nobody", null, Duration.ofSeconds(2));
    }

    private static CompletableFuture<Driver> open(
            String url, String name, @Nullable Member member, Duration callTimeout) {
        FileDriverProvider provider = new FileDriverProvider();
        Target target = Target.parse(url, Map.of(), provider.options());
        return provider.open(target, new Environment(name, subject -> signalled(member, subject), TIME, callTimeout));
    }

    private static void signalled(@Nullable Member member, Subject subject) {
        if (member != null) {
            member.signals.add(subject);
            if (subject instanceof Subject.Request request) {
                Semaphore turn = member.turns.get(request.claim());
                if (turn != null) {
                    turn.release();
                }
            }
        }
    }

    static ClaimKey lock(String name) {
        return new ClaimKey(ClaimKey.Kind.LOCK, name);
    }

    ClaimId request(String name) {
        return new ClaimId(lock(name), session, ++sequence);
    }

    ClaimReply claim(ClaimId id) {
        return join(driver.claim(new ClaimRequest(id, false, true, "")));
    }

    ClaimReply share(ClaimId id) {
        return join(driver.claim(new ClaimRequest(id, true, true, "")));
    }

    /** Claims and waits for the turn as an engine does; returns the token. */
    long acquire(ClaimId id) throws InterruptedException {
        Semaphore turn = new Semaphore(0);
        turns.put(id, turn);
        try {
            while (true) {
                ClaimReply reply = claim(id);
                if (reply instanceof ClaimReply.Granted granted) {
                    return granted.token();
                }
                if (!(reply instanceof ClaimReply.Waiting waiting)) {
                    throw new IllegalStateException("answered " + reply);
                }
                Duration look = waiting.lookAgain();
                turn.tryAcquire(look.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            turns.remove(id);
        }
    }

    Released release(ClaimId id) {
        return join(driver.release(id));
    }

    EnrolmentId enrol(String group, String capabilities) {
        EnrolmentId id = new EnrolmentId(session, group, ++sequence);
        join(driver.enrol(new Enrolment(id, capabilities, true, true)));
        return id;
    }

    /** Returns what came of a step, or throws its failure. */
    static <T> T join(CompletableFuture<T> step) {
        try {
            return step.get(90, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        join(driver.endSession(session));
        join(driver.close());
    }
}
