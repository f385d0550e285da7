package dev.conclave;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A member's connection to a backend; the only object that an application makes, with
 * {@link Conclave#connect(String, String)}. All that the member holds hangs on one session, which is
 * opened when it is first needed and renewed with one heartbeat.
 *
 * <p>Thread-safe. Make one per process and backend, and close it at the end.
 */
public interface Coordinator extends AutoCloseable {
    /** The member id that the application chose. */
    String member();

    /** The driver behind this coordinator, and what it promises. */
    DriverInfo driver();

    /**
     * Fails unless the driver makes these promises; on failure the coordinator is closed.
     *
     * @return this coordinator
     * @throws UnsupportedDeploymentException if the driver does not promise one of them
     */
    Coordinator requiring(Trait... traits);

    /**
     * The lock with this name.
     *
     * @param name any non-empty Unicode text up to 512 bytes of UTF-8
     * @throws MisconfiguredException if the name is not that
     */
    Lock lock(String name);

    /** The election with this name; the rule for names is that of {@link #lock(String)}. */
    Election election(String name);

    /** The group with this name; the rule for names is that of {@link #lock(String)}. */
    Group group(String name);

    /**
     * The locks that are held or waited for now.
     *
     * @throws InterruptedException if interrupted while waiting for the answer
     * @throws BackendUnavailableException if the backend could not be asked
     */
    List<LockInfo> locks() throws InterruptedException;

    /** The asynchronous twin of {@link #locks()}. */
    CompletableFuture<List<LockInfo>> locksAsync();

    /**
     * The names of the groups that exist.
     *
     * @throws InterruptedException if interrupted while waiting for the answer
     * @throws BackendUnavailableException if the backend could not be asked
     */
    Set<String> groups() throws InterruptedException;

    /** The asynchronous twin of {@link #groups()}. */
    CompletableFuture<Set<String>> groupsAsync();

    /** Tells the names of the groups that exist, now and whenever they change. */
    Subscription watchGroups(Consumer<? super Set<String>> listener);

    /**
     * Releases all grants, leaves all races and groups, ends the session and its threads. Bounded: a
     * backend that does not answer is waited for as long as a few calls may take; the session then
     * ends by itself. Idempotent.
     */
    @Override
    void close();

    /**
     * The asynchronous twin of {@link #close()}. Nothing of the coordinator can be used from the moment of
     * the call.
     */
    CompletableFuture<Void> closeAsync();
}
