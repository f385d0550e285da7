package dev.conclave.engine;

import dev.conclave.Loss;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proof of life and what hangs on it: claims, requests that wait, memberships. Once ended it stays
 * ended, whatever the backend says later.
 *
 * <p>Things are hung on it without a lock: first put, then look whether the session has ended meanwhile.
 * Whoever ends it first marks it, then takes things down. So nothing slips between the two.
 */
final class Session {
    /** What must know when the session ends. */
    interface Dependent {
        void sessionEnded(Session session, Loss loss);
    }

    /**
     * Clocks of one frequency on paper drift apart by up to 500 ppm each under NTP; we end a little
     * early, so that a backend whose clock runs fast does not end the session before we do.
     */
    private static final long DRIFT_SHARE = 500;

    private static final Logger log = LoggerFactory.getLogger(Session.class);

    private final SessionId id;
    private final Duration ttl;
    private final TimeSource time;
    private final AtomicLong deadline;
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicReference<@Nullable Loss> ended = new AtomicReference<>();
    private final Map<ClaimId, HeldClaim> claims = new ConcurrentHashMap<>();
    private final Map<EnrolmentId, LiveMembership> memberships = new ConcurrentHashMap<>();
    private final Map<ClaimId, Dependent> waiting = new ConcurrentHashMap<>();
    private volatile boolean failing;
    private volatile boolean seenExpired;

    Session(SessionId id, Duration ttl, long sentNanos, TimeSource time) {
        this.id = id;
        this.ttl = ttl;
        this.time = time;
        this.deadline = new AtomicLong(deadlineAfter(sentNanos));
    }

    SessionId id() {
        return id;
    }

    Duration ttl() {
        return ttl;
    }

    ClaimId nextClaim(ClaimKey key) {
        return new ClaimId(key, id, sequence.incrementAndGet());
    }

    private long deadlineAfter(long sentNanos) {
        long nanos = ttl.toNanos();
        return sentNanos + nanos - nanos / DRIFT_SHARE;
    }

    /**
     * A renewal sent at this time was confirmed. Replies may come out of order; the latest sending counts.
     *
     * @return whether it is the latest, and came in time
     */
    boolean confirmed(long sentNanos) {
        if (!isValid()) {
            return false;
        }
        long candidate = deadlineAfter(sentNanos);
        long latest = deadline.accumulateAndGet(candidate, (current, other) -> other - current > 0 ? other : current);
        if (latest != candidate) {
            return false;
        }
        failing = false;
        // We may have been stopped since we looked, while somebody saw the old deadline pass.
        return isValid();
    }

    /**
     * A renewal sent at this time failed; one that was sent later may have been confirmed since.
     *
     * @return whether none was
     */
    boolean renewalFailed(long sentNanos) {
        boolean latest = deadlineAfter(sentNanos) - deadline.get() > 0;
        if (latest) {
            failing = true;
        }
        return latest;
    }

    /** Whether renewals fail, or are overdue: one that is answered in time leaves more than half. */
    boolean isAtRisk() {
        return failing || remainingNanos() < ttl.toNanos() / 2;
    }

    boolean isEnded() {
        return ended.get() != null;
    }

    @Nullable
    Loss loss() {
        return ended.get();
    }

    /** Whether nobody else can have been given yet what hangs on this session. */
    boolean isValid() {
        return !isEnded() && remainingNanos() > 0;
    }

    /** Zero or less from the first time that somebody finds it so: what was seen as lost stays lost. */
    long remainingNanos() {
        if (seenExpired) {
            return 0;
        }
        // The clock first: stopped between the two, we would hold a new clock against an old deadline.
        long now = time.nanoTime();
        long remaining = deadline.get() - now;
        if (remaining <= 0) {
            seenExpired = true;
        }
        return remaining;
    }

    boolean admit(HeldClaim claim) {
        claims.put(claim.id(), claim);
        if (isValid()) {
            return true;
        }
        claims.remove(claim.id());
        return false;
    }

    void dismiss(HeldClaim claim) {
        claims.remove(claim.id());
    }

    EnrolmentId nextEnrolment(String group) {
        return new EnrolmentId(id, group, sequence.incrementAndGet());
    }

    boolean enrol(EnrolmentId enrolment, LiveMembership membership) {
        memberships.put(enrolment, membership);
        if (isValid()) {
            return true;
        }
        memberships.remove(enrolment);
        return false;
    }

    void withdraw(EnrolmentId enrolment) {
        memberships.remove(enrolment);
    }

    /** Asks to be told of the end; false if it has come already. */
    boolean await(ClaimId request, Dependent dependent) {
        waiting.put(request, dependent);
        if (!isEnded()) {
            return true;
        }
        waiting.remove(request);
        return false;
    }

    void forget(ClaimId request) {
        waiting.remove(request);
    }

    Set<ClaimId> claims() {
        return claims.isEmpty() ? Set.of() : new HashSet<>(claims.keySet());
    }

    Set<EnrolmentId> enrolments() {
        return memberships.isEmpty() ? Set.of() : new HashSet<>(memberships.keySet());
    }

    @Nullable
    HeldClaim claim(ClaimId claim) {
        return claims.get(claim);
    }

    @Nullable
    LiveMembership membership(EnrolmentId enrolment) {
        return memberships.get(enrolment);
    }

    /** Ends the session once; the first caller takes down what hangs on it. */
    boolean end(Loss loss) {
        if (!ended.compareAndSet(null, loss)) {
            return false;
        }
        // Claims first: a holder must know before anything else happens in its process.
        drained(claims, ClaimId::sequence).forEach(claim -> guarded(() -> claim.sessionEnded(loss)));
        drained(memberships, EnrolmentId::sequence)
                .forEach(membership -> guarded(() -> membership.sessionEnded(this, loss)));
        drained(waiting, ClaimId::sequence).forEach(dependent -> guarded(() -> dependent.sessionEnded(this, loss)));
        return true;
    }

    /** One of them must not keep the end from the others. */
    private void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            log.error("something that hung on session {} could not be told of its end; the rest is", id, e);
        }
    }

    /** Empties a map; the values come by age, so that those who waited longer ask first, and a simulation can be repeated. */
    private static <K, V> List<V> drained(Map<K, V> map, ToLongFunction<K> sequence) {
        List<Map.Entry<K, V>> entries = new ArrayList<>(map.entrySet());
        map.clear();
        entries.sort(Comparator.comparingLong(entry -> sequence.applyAsLong(entry.getKey())));
        return entries.stream().map(Map.Entry::getValue).toList();
    }
}
