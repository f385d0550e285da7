package dev.conclave.zookeeper;

import dev.conclave.spi.Environment;
import dev.conclave.spi.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator's handles: one for each session, and one to look with, which is that of the session when there is one. So a member has
 * one connection. Thread-safe.
 */
final class Handles implements Handle.Listener {
    private static final Logger log = LoggerFactory.getLogger(Handles.class);

    private final Deployment deployment;
    private final Environment environment;
    private final Duration ttl;
    private final Runnable wakeWatchers;
    private final Map<SessionId, OwnSession> sessions = new ConcurrentHashMap<>();
    // Timers do not run after closing, and a client that cannot connect goes on trying.
    private final Set<Handle> takingOver = ConcurrentHashMap.newKeySet();
    private @Nullable Handle current;
    private boolean currentIsTaken;
    private boolean closed;

    /** @param wakeWatchers signals all that is watched */
    Handles(Deployment deployment, Environment environment, Duration ttl, Runnable wakeWatchers) {
        this.deployment = deployment;
        this.environment = environment;
        this.ttl = ttl;
        this.wakeWatchers = wakeWatchers;
    }

    /** A handle to look with. Whoever asks while it connects is queued by the client. */
    Handle any() {
        Handle handle;
        Handle replaced;
        synchronized (this) {
            requireOpen();
            replaced = current;
            if (replaced != null && !replaced.isHopeless()) {
                return replaced;
            }
            handle = fresh();
            if (replaced != null && !currentIsTaken) {
                discard(replaced);
            }
            current = handle;
            currentIsTaken = false;
        }
        if (replaced != null) {
            wakeWatchers.run();
        }
        return handle;
    }

    /** The handle of a new session: that which we looked with, if no session has it. */
    OwnSession begin(SessionId id) {
        OwnSession session;
        boolean looksMove;
        synchronized (this) {
            requireOpen();
            Handle before = current;
            boolean usable = before != null && !currentIsTaken && !before.isOver() && !before.hasBroken();
            Handle handle = usable && before != null ? before : fresh();
            if (before != null && !usable && !currentIsTaken) {
                discard(before);
            }
            looksMove = before != null && !usable;
            current = handle;
            currentIsTaken = true;
            session = new OwnSession(id, handle, environment.signals());
            sessions.put(id, session);
        }
        if (looksMove) {
            wakeWatchers.run();
        }
        // Nobody waits any longer for it, and the client would go on trying for ever, and then keep alive what it got.
        OwnSession begun = session;
        environment.time().schedule(environment.callTimeout(), () -> {
            if (!begun.isOpen()) {
                abandon(begun);
            }
        });
        return session;
    }

    /** Gives up a session that could not be opened. */
    void abandon(OwnSession session) {
        boolean looked = forget(session);
        discard(session.handle());
        if (looked) {
            wakeWatchers.run();
        }
    }

    /** Returns whether it was also the session's handle by which we looked, and whose watches end with it. */
    private synchronized boolean forget(OwnSession session) {
        sessions.remove(session.id(), session);
        boolean looked = current == session.handle();
        if (looked) {
            current = null;
        }
        return looked;
    }

    private Handle fresh() {
        try {
            return new Handle(deployment, ttl, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A session of this coordinator that was not ended. */
    @Nullable
    OwnSession session(SessionId id) {
        return sessions.get(id);
    }

    /** Ends a session of our own. */
    CompletableFuture<Void> end(OwnSession session) {
        boolean looked = forget(session);
        CompletableFuture<Void> ended = session.handle().end();
        if (looked) {
            wakeWatchers.run();
        }
        return ended;
    }

    /** Ends a session that another client has, by taking it over. */
    CompletableFuture<Void> end(long sessionId, byte[] password) {
        Handle handle;
        synchronized (this) {
            requireOpen();
            try {
                handle = new Handle(deployment, ttl, new Silent(), sessionId, password);
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
            takingOver.add(handle);
        }
        environment.time().schedule(environment.callTimeout(), () -> {
            takingOver.remove(handle);
            discard(handle);
        });
        return handle.connected().handle((taken, failure) -> failure).thenCompose(failure -> {
            if (!takingOver.remove(handle)) {
                // Given up: whether the session has ended is not known.
                return CompletableFuture.<Void>failedFuture(
                        KeeperException.create(KeeperException.Code.OPERATIONTIMEOUT));
            }
            if (failure == null) {
                return handle.end();
            }
            return Failures.isNoSession(failure)
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.<Void>failedFuture(failure);
        });
    }

    private void discard(Handle handle) {
        Later.atEnd(handle.end(), (ended, failure) -> {
            if (failure != null) {
                log.debug("a handle that nobody needs will expire by itself", failure);
            }
        });
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the connection to " + deployment + " is closed");
        }
    }

    @Override
    public void broke(Handle handle) {
        // The engine renews now, and the answer is there as soon as the connection is.
        of(handle).forEach(OwnSession::suspect);
    }

    @Override
    public void back(Handle handle) {
        of(handle).forEach(OwnSession::wakeAll);
        if (isCurrent(handle)) {
            wakeWatchers.run();
        }
    }

    @Override
    public void expired(Handle handle) {
        of(handle).forEach(OwnSession::wakeAll);
        if (isCurrent(handle)) {
            wakeWatchers.run();
        }
    }

    private synchronized boolean isCurrent(Handle handle) {
        return current == handle;
    }

    private List<OwnSession> of(Handle handle) {
        return sessions.values().stream()
                .filter(session -> session.handle() == handle)
                .toList();
    }

    /** Closes all. Sessions that were not ended are ended with their handles. */
    CompletableFuture<Void> close() {
        List<Handle> open = new ArrayList<>();
        synchronized (this) {
            closed = true;
            sessions.values().forEach(session -> open.add(session.handle()));
            open.addAll(takingOver);
            takingOver.clear();
            Handle looking = current;
            if (looking != null && !open.contains(looking)) {
                open.add(looking);
            }
        }
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (Handle handle : open) {
            ends.add(handle.end().handle((ended, failure) -> {
                if (failure instanceof KeeperException) {
                    log.debug("a session was not confirmed to be ended and will expire", failure);
                }
                return null;
            }));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** Closes all, whatever comes of it. */
    void discardAll(Runnable afterwards) {
        Later.atEnd(close(), (closed, failure) -> afterwards.run());
    }

    /** For a handle that lives for one request. */
    private static final class Silent implements Handle.Listener {
        @Override
        public void broke(Handle handle) {}

        @Override
        public void back(Handle handle) {}

        @Override
        public void expired(Handle handle) {}
    }
}
