package dev.conclave.zookeeper;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * A session of this coordinator: its handle, the life of the namespace that it began in and never leaves, and its claims. It is the one
 * watcher of all nodes that its requests wait for, so that the client keeps one watch for each node however many wait.
 */
final class OwnSession implements Watcher {
    private static final int LINES_REMEMBERED = 1_000;

    private final SessionId id;
    private final Handle handle;
    private final Signals signals;
    private final Map<ClaimId, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, Set<ClaimId>> waiting = new ConcurrentHashMap<>();
    private final Map<String, byte[]> unnoted = new ConcurrentHashMap<>();
    private final Set<ClaimKey> lines = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClaimKey, Boolean> eldest) {
            return size() > LINES_REMEMBERED;
        }
    }));
    private final Map<EnrolmentId, CompletableFuture<Void>> changes = new ConcurrentHashMap<>();
    private volatile @Nullable Space space;
    private volatile @Nullable Duration granted;

    OwnSession(SessionId id, Handle handle, Signals signals) {
        this.id = id;
        this.handle = handle;
        this.signals = signals;
    }

    SessionId id() {
        return id;
    }

    Handle handle() {
        return handle;
    }

    void begin(Space began) {
        space = began;
    }

    /** From now on it is kept, until it is ended, with the time-to-live that its member counts with. */
    void opened(Duration ttl) {
        granted = ttl;
    }

    boolean isOpen() {
        return granted != null;
    }

    /**
     * Whether a server grants less by now than the member counts with. Each time that the client connects again, the server it comes to sets
     * the session's time anew, within its own bounds.
     */
    boolean isShortened() {
        Duration counted = granted;
        return counted != null && handle.negotiated().compareTo(counted) < 0;
    }

    /** Of a session that was opened. */
    Space space() {
        Space began = space;
        if (began == null) {
            throw new IllegalStateException("the session " + id + " has not been opened");
        }
        return began;
    }

    /** Begins a change of an enrolment when those before it are done, however they ended. */
    <T> CompletableFuture<T> inTurn(EnrolmentId enrolment, Supplier<CompletableFuture<T>> change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> before = changes.put(enrolment, done);
        CompletableFuture<T> changed = before == null ? change.get() : before.thenCompose(turn -> change.get());
        return changed.whenComplete((value, failure) -> {
            changes.remove(enrolment, done);
            done.complete(null);
        });
    }

    /** Whether somebody held the name, or waited for it, when this session last asked. A guess, which only saves a request. */
    boolean expectsLine(ClaimKey key) {
        return lines.contains(key);
    }

    /** Notes whether the name's node was there. */
    void foundLine(ClaimKey key, boolean there) {
        if (there) {
            lines.add(key);
        } else {
            lines.remove(key);
        }
    }

    Entry entry(ClaimId claim) {
        return entries.computeIfAbsent(claim, id -> new Entry());
    }

    @Nullable
    Entry entryIfAny(ClaimId claim) {
        return entries.get(claim);
    }

    void forget(ClaimId claim) {
        Entry entry = entries.remove(claim);
        String path = entry == null ? null : entry.path();
        if (path != null) {
            unnoted.remove(path);
        }
        String awaited = entry == null ? null : entry.awaited();
        if (awaited != null) {
            waiting.computeIfPresent(awaited, (node, claims) -> {
                claims.remove(claim);
                return claims.isEmpty() ? null : claims;
            });
        }
    }

    /**
     * Writes a node anew when its claim is granted, so that its time of change says when. The grant does not wait for it; what gets lost on
     * the way is sent again with the next renewal.
     */
    void noteGrant(String path, byte[] data) {
        unnoted.put(path, data);
        note(path, data);
    }

    /** Sends again what was not confirmed. */
    void noteGrants() {
        unnoted.forEach(this::note);
    }

    private void note(String path, byte[] data) {
        Later.atEnd(handle.setData(path, data, -1), (written, failure) -> {
            if (failure == null && unnoted.remove(path) != null && !written.isOk()) {
                suspect(); // an operator has deleted it while it waited
            }
        });
    }

    /** Notes that a request waits for a node to go. Before the watch is set, which may fire at once. */
    void await(ClaimId claim, Entry entry, String node, boolean last) {
        entry.await(node, last);
        waiting.compute(node, (path, claims) -> {
            Set<ClaimId> more = claims == null ? ConcurrentHashMap.newKeySet() : claims;
            more.add(claim);
            return more;
        });
    }

    @Override
    public void process(WatchedEvent event) {
        String node = event.getPath();
        if (node == null) {
            return; // of the connection, which the handle tells
        }
        Set<ClaimId> concerned = waiting.remove(node);
        if (concerned != null) {
            boolean gone = event.getType() == Event.EventType.NodeDeleted;
            concerned.forEach(claim -> wake(claim, node, gone));
        } else if (node.equals(space().session(id))) {
            suspect();
        }
    }

    private void wake(ClaimId claim, String node, boolean gone) {
        Entry entry = entries.get(claim);
        if (entry != null) {
            if (gone) {
                entry.gone(node);
            }
            signals.changed(new Subject.Request(claim));
        }
    }

    /** Something of this session may have been taken away. */
    void suspect() {
        signals.changed(new Subject.Session(id));
    }

    /** What was told while the connection was away was told to nobody. */
    void wakeAll() {
        suspect();
        waiting.values().forEach(claims -> claims.forEach(claim -> signals.changed(new Subject.Request(claim))));
    }
}
