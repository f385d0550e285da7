package dev.conclave.spi;

import dev.conclave.DriverInfo;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * One coordinator's connection to a backend: atomic steps, one at a time each, in any number at once.
 * How each of nine backends does each step is in {@code docs/adr/0001-sessions-and-atomic-steps.md}.
 *
 * <p><b>Atomic.</b> A step takes effect at the backend entirely, at one instant, or not at all. A driver
 * that does it by compare-and-set begins afresh, at once, when it loses the race: that is no failure.
 *
 * <p><b>Failure.</b> A step completes exceptionally with a {@link
 * dev.conclave.BackendUnavailableException} when its outcome is not known: it may have happened, may
 * yet happen, or never. Steps with a session, claim or enrolment id may be repeated: by the id, the
 * second time changes nothing. The engine never repeats {@code openSession} (a doubtful session gets
 * a successor with another id), {@code createGroup}, {@code deleteGroup} and {@code breakClaim}. A
 * mistake that no repetition mends is a {@link dev.conclave.MisconfiguredException}. A driver that
 * gives up a connection resets it, so that what it had sent does not arrive minutes later.
 *
 * <p><b>Order.</b> Two steps under way at once may take effect in either order. A step that is begun
 * after another completed normally takes effect after it.
 *
 * <p><b>Liveness.</b> A session ends when it is ended, when its time-to-live has passed since the
 * backend received its last renewal, or earlier where the driver sees its process die. With it end its
 * claims, its waiting requests and its enrolments: no step reports them any more, whether or not
 * their remains are still stored. A session that was once seen as ended never lives again.
 *
 * <p><b>Threads.</b> Steps are called on any thread and must not block it for longer than a memory
 * access or a quick system call; they never sleep or call application code. Futures may complete on
 * the caller's thread, on a {@linkplain #lend lent} one or on a thread of the driver. A driver has no thread of its own beyond its client
 * library's; over a client that blocks it has one for each connection, at most two.
 */
public interface Driver {
    /** What this deployment promises: that of the provider, less what the probe at connecting did not find. */
    DriverInfo info();

    /**
     * Begins a session.
     *
     * @param ttl how long it shall live without a renewal
     * @return the time-to-live that the backend granted, counted from the sending of this call
     */
    CompletableFuture<Duration> openSession(SessionId session, Duration ttl);

    /**
     * Proves that the member lives: the session's time-to-live starts again when the backend receives it.
     *
     * @param claims what the engine believes that the session holds; the reply tells what of it is gone
     * @param enrolments where the engine believes that the session is listed; likewise
     */
    CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments);

    /** Ends the session and all that hangs on it; waiters and watchers are signalled. Ending it again is harmless. */
    CompletableFuture<Void> endSession(SessionId session);

    /**
     * Asks for a name, or looks again at a request that waits. With an id that is granted already it
     * returns that grant. A request is granted if nobody else whose session lives holds the name in
     * its way, and no live request that is in its way came before it.
     */
    CompletableFuture<ClaimReply> claim(ClaimRequest request);

    /**
     * Gives up a claim or a waiting request, and lets the next one in: compare-and-delete by the id,
     * so that nobody else's claim is ever touched. Signals {@link Subject.Request} to the living
     * requests whose turn it now is: one that wants the name for itself, or all sharers up to the next
     * such one.
     */
    CompletableFuture<Released> release(ClaimId claim);

    /** Who holds a name and how many wait, at one instant; no holders if it is free. */
    CompletableFuture<ClaimStatus> inspect(ClaimKey key);

    /** All names of a kind that are held or waited for; each as at one instant, not all at the same. */
    CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind);

    /**
     * Takes the claim with this token away from its holder. Signals {@link Subject.Session} to the
     * holder and {@link Subject.Request} to the next waiter.
     *
     * @return whether a claim with that token stood
     */
    CompletableFuture<Boolean> breakClaim(ClaimKey key, long token);

    /**
     * Creates a group.
     *
     * @return whether it was not there before
     */
    CompletableFuture<Boolean> createGroup(String group);

    /** Deletes a group that has no live members. */
    CompletableFuture<GroupDeletion> deleteGroup(String group);

    /** The names of all groups. */
    CompletableFuture<Set<String>> groups();

    /** Lists the session in a group. Taking over signals {@link Subject.Session} to the older incarnation. */
    CompletableFuture<EnrolReply> enrol(Enrolment enrolment);

    /**
     * Replaces the capabilities of an enrolment, unless that edition or a later one stands already.
     *
     * @param edition grows with each change of one enrolment's capabilities
     * @return whether the enrolment is listed
     */
    CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities);

    /**
     * Ends an enrolment.
     *
     * @return whether it was listed
     */
    CompletableFuture<Boolean> withdraw(EnrolmentId enrolment);

    /**
     * A group's roster, without members whose sessions have ended: their going is a change with a
     * revision of its own. A revision grows with every change, and never returns to a value that a group
     * of that name had before, whatever happened to the backend.
     *
     * @param knownRevision the revision that the caller has, or -1 for none. With -1 the backend is
     *     asked. With a known one, the answer may come from what the backend has pushed, if that is at
     *     least as new as every signal that this driver gave and every step that it completed before.
     */
    CompletableFuture<RosterReply> roster(String group, long knownRevision);

    /**
     * Signals changes of a {@link Subject.Key}, {@link Subject.Group} or {@link Subject.AllGroups} from
     * now on, until {@link #unwatch}. Watching again restores a watch that broke with its connection,
     * and costs nothing while it stands; the engine does so before each look. When a connection has come
     * back, the driver signals every watched subject, waiting request and session once, since
     * signals may have been lost.
     *
     * @return how often to look although no signal came: what bounds the notice of a change whose
     *     signal is lost, or of a death that signals nothing
     */
    CompletableFuture<Duration> watch(Subject subject);

    /** Ends {@link #watch}. */
    void unwatch(Subject subject);

    /**
     * Lends the driver the calling thread, which would only block until {@code done}: one that waits for the answer
     * to a step. A driver may do with it what its own thread would do, above all read the answers that have come, of
     * whatever step, and complete their futures. An answer that the waiting thread reads by itself needs no change of
     * threads. To do nothing is right too, and better where the client's work cannot be left half done.
     *
     * <p>It returns when done, and otherwise after a moment, a few milliseconds at most; sooner if the thread is
     * interrupted, whose flag it neither clears nor sets. Only an answer of which a part has come may keep it longer,
     * to be read to its end, with no more patience than the driver's own thread has with a silent server. Then the
     * caller blocks as it would have before. It throws nothing: what breaks the connection is told through the
     * futures, and a driver's own thread, not a lent one, connects again.
     *
     * <p>Many threads may be lent at once; the driver lets one in and sends the others back. What is under way when a
     * thread leaves must still be answered in time: a driver that kept its own thread from reading meanwhile sets it to
     * work again. A thread is lent at most once for one wait, never a virtual one, and never under a lock of the engine.
     *
     * @param done whether the wait is over; cheap
     */
    default void lend(BooleanSupplier done) {}

    /**
     * Gives back the connection, threads and handles; sessions that were not ended end by themselves.
     * Steps that are under way complete, exceptionally if need be.
     */
    CompletableFuture<Void> close();
}
