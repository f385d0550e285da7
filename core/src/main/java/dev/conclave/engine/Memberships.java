package dev.conclave.engine;

import dev.conclave.Capabilities;
import dev.conclave.GroupEvent;
import dev.conclave.JoinOptions;
import dev.conclave.Loss;
import dev.conclave.MemberAlreadyJoinedException;
import dev.conclave.Membership;
import dev.conclave.Subscription;
import dev.conclave.spi.EnrolmentId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** This coordinator's memberships, one a group at most, and the groups that it watches. */
final class Memberships {
    private final EngineContext engine;
    private final SessionKeeper keeper;
    private final Watches watches;
    private final Map<String, LiveMembership> joined = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, GroupTracker> trackers = new HashMap<>();

    Memberships(EngineContext engine, SessionKeeper keeper, Watches watches) {
        this.engine = engine;
        this.keeper = keeper;
        this.watches = watches;
    }

    CompletableFuture<Membership> join(String group, Capabilities capabilities, JoinOptions options) {
        LiveMembership membership = new LiveMembership(engine, keeper, this, group, capabilities, options);
        if (joined.putIfAbsent(group, membership) != null) {
            return CompletableFuture.failedFuture(new MemberAlreadyJoinedException(
                    "member " + engine.member() + " has joined group " + group + " already, through this coordinator"));
        }
        return membership.join();
    }

    void remove(String group, LiveMembership membership) {
        joined.remove(group, membership);
    }

    /** Tells a group's watchers that this coordinator's member is out. */
    void evicted(String group, @Nullable EnrolmentId out, Loss loss, boolean rejoining) {
        GroupTracker tracker;
        lock.lock();
        try {
            tracker = trackers.get(group);
        } finally {
            lock.unlock();
        }
        if (tracker != null) {
            tracker.evicted(out, loss, rejoining);
        }
    }

    /** Watches on the callback executor. */
    Subscription watch(String group, Consumer<? super GroupEvent> listener) {
        return watch(
                group, new GroupTracker.Watcher(engine.callbacks().serial("the watch of group " + group), listener));
    }

    /** Watches with a queue of the caller's choice; all watchers of a group share one look at it. */
    Subscription watch(String group, GroupTracker.Watcher watcher) {
        GroupTracker fresh = null;
        lock.lock();
        try {
            GroupTracker present = trackers.get(group);
            if (present == null) {
                fresh = new GroupTracker(engine, watches, group, keeper::wasOurs);
                trackers.put(group, fresh);
                present = fresh;
            }
            present.add(watcher);
        } finally {
            lock.unlock();
        }
        if (fresh != null) {
            fresh.start();
        }
        watcher.kick();
        return () -> unwatch(group, watcher);
    }

    private void unwatch(String group, GroupTracker.Watcher watcher) {
        GroupTracker unused = null;
        lock.lock();
        try {
            GroupTracker tracker = trackers.get(group);
            if (tracker != null && tracker.remove(watcher)) {
                trackers.remove(group);
                unused = tracker;
            }
        } finally {
            lock.unlock();
        }
        watcher.close();
        if (unused != null) {
            unused.stop();
        }
    }
}
