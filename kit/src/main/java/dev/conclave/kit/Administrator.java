package dev.conclave.kit;

import dev.conclave.kit.line.Providers;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Target;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Somebody with a driver and without an engine: sees what the backend stores and takes it away from under the members, as an
 * operator does who deletes a key or ends a session.
 */
public final class Administrator implements AutoCloseable {
    private final Driver driver;
    private final ScheduledExecutorService timer;

    private Administrator(Driver driver, ScheduledExecutorService timer) {
        this.driver = driver;
        this.timer = timer;
    }

    static Administrator at(String url) throws Exception {
        DriverProvider provider = Providers.forUrl(url);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "kit-administrator");
            thread.setDaemon(true);
            return thread;
        });
        Target target = Target.parse(url, Map.of(), provider.options());
        Environment environment =
                new Environment("administrator", subject -> {}, new SystemTime(timer), target.callTimeout());
        return new Administrator(Await.result("the driver to open", provider.open(target, environment)), timer);
    }

    /** The driver itself. */
    public Driver driver() {
        return driver;
    }

    /** Who holds a lock and how many wait. */
    public ClaimStatus lock(String name) throws Exception {
        return inspect(new ClaimKey(ClaimKey.Kind.LOCK, name));
    }

    /** Who holds a name and how many wait. */
    public ClaimStatus inspect(ClaimKey key) throws Exception {
        return Await.result("inspecting " + key, driver.inspect(key));
    }

    /** All names of locks that are held or waited for. */
    public List<ClaimStatus> locks() throws Exception {
        return Await.result("listing the locks", driver.list(ClaimKey.Kind.LOCK));
    }

    /** Who is in a group. */
    public List<RosterEntry> roster(String group) throws Exception {
        RosterReply reply = Await.result("the roster of " + group, driver.roster(group, -1));
        return reply instanceof RosterReply.Whole whole ? whole.entries() : List.of();
    }

    /** The session that holds a lock. */
    public SessionId holder(String lock) throws Exception {
        return holder(new ClaimKey(ClaimKey.Kind.LOCK, lock));
    }

    /** The session that holds a name. */
    public SessionId holder(ClaimKey key) throws Exception {
        return inspect(key).holders().stream()
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("nobody holds " + key))
                .id()
                .session();
    }

    /** Ends somebody's session without asking. */
    public void endSession(SessionId session) throws Exception {
        Await.result("ending " + session, driver.endSession(session));
    }

    @Override
    public void close() throws Exception {
        Await.result("the driver to close", driver.close());
        timer.shutdownNow();
    }

    /** The system's clocks. */
    private record SystemTime(ScheduledExecutorService timer) implements TimeSource {
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
            Future<?> future = timer.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }
    }
}
