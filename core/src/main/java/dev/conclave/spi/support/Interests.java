package dev.conclave.spi.support;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What one coordinator wants to be woken for, by the addresses that a backend's notifications carry. Two subjects with one
 * address are woken together, which costs a look and no more. Thread-safe.
 *
 * @param <A> an address: a hash, or the name of a channel
 */
public final class Interests<A> {
    private final Function<Subject, A> addresses;
    private final Map<A, Subject> watched = new ConcurrentHashMap<>();
    private final Map<A, Subject> sessions = new ConcurrentHashMap<>();
    private final Map<A, Subject> waiting = new ConcurrentHashMap<>();

    /** @param addresses what a notification about a subject carries */
    public Interests(Function<Subject, A> addresses) {
        this.addresses = addresses;
    }

    /** Notes a {@link dev.conclave.spi.Driver#watch}. Returns whether the subject was not watched before. */
    public boolean watch(Subject subject) {
        return watched.put(addresses.apply(subject), subject) == null;
    }

    /** Forgets a watch. */
    public void unwatch(Subject subject) {
        watched.remove(addresses.apply(subject));
    }

    /** The addresses of all that is watched. */
    public Collection<A> watched() {
        return watched.keySet();
    }

    /** Notes a session of this coordinator. */
    public void begin(SessionId session) {
        Subject subject = new Subject.Session(session);
        sessions.put(addresses.apply(subject), subject);
    }

    /** Whether a session has begun and not been forgotten. */
    public boolean has(SessionId session) {
        return sessions.containsKey(addresses.apply(new Subject.Session(session)));
    }

    /** Forgets a session, and then its requests that wait. */
    public void end(SessionId session) {
        sessions.remove(addresses.apply(new Subject.Session(session)));
        waiting.values()
                .removeIf(subject -> subject instanceof Subject.Request request
                        && request.claim().session().equals(session));
    }

    /**
     * Notes a request that waits, unless its session was forgotten before the answer came that says so: nobody would ever take it
     * back. Returns whether it is noted.
     */
    public boolean waitFor(ClaimId claim) {
        Subject subject = new Subject.Request(claim);
        waiting.put(addresses.apply(subject), subject);
        // Now, and not before: of a session that is forgotten meanwhile either its end finds the request, or this does.
        boolean noted = has(claim.session());
        if (!noted) {
            waitNoMore(claim);
        }
        return noted;
    }

    /** Forgets a request. */
    public void waitNoMore(ClaimId claim) {
        if (!waiting.isEmpty()) {
            waiting.remove(addresses.apply(new Subject.Request(claim)));
        }
    }

    /** Forgets those requests that are among what is held: a reply that came late may have said that they wait. */
    public void waitNoMore(Set<ClaimId> held) {
        waiting.values()
                .removeIf(subject -> subject instanceof Subject.Request request && held.contains(request.claim()));
    }

    /** How many requests wait. */
    public int waiting() {
        return waiting.size();
    }

    /** Passes a notification on to the engine, if it is for this coordinator. */
    public void wake(A address, Signals signals) {
        for (Map<A, Subject> interests : List.of(waiting, sessions, watched)) {
            Subject subject = interests.get(address);
            if (subject != null) {
                signals.changed(subject);
            }
        }
    }

    /** Wakes the requests that wait. */
    public void wakeWaiting(Signals signals) {
        waiting.values().forEach(signals::changed);
    }

    /** Wakes for everything, as after a broken connection, when notifications may have been lost. */
    public void wakeAll(Signals signals) {
        for (Map<A, Subject> interests : List.of(sessions, waiting, watched)) {
            interests.values().forEach(signals::changed);
        }
    }
}
