package dev.conclave.zookeeper;

import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/** What this coordinator watches, and by which handle. Thread-safe. */
final class Watches {
    private static final Duration LOOK_FOR_LOST_SIGNALS = Duration.ofSeconds(30);

    private final Signals signals;
    private final Map<Subject, Watch> watches = new ConcurrentHashMap<>();

    Watches(Signals signals) {
        this.signals = signals;
    }

    /** A persistent watch. The client sets it again whenever its connection has come back. */
    private final class Watch implements Watcher {
        final Subject subject;
        final Handle handle;
        final String path;
        final @Nullable Track track;

        Watch(Subject subject, Handle handle, String path, @Nullable Track track) {
            this.subject = subject;
            this.handle = handle;
            this.path = path;
            this.track = track;
        }

        @Override
        public void process(WatchedEvent event) {
            String changed = event.getPath();
            if (changed == null) {
                return; // of the connection, which the handle tells
            }
            if (track != null) {
                if (event.getType() == EventType.NodeDataChanged && changed.equals(path)) {
                    return; // beside a change of its members, which is told
                }
                track.touch(path, changed);
            }
            signals.changed(subject);
        }

        boolean stands(Handle present, String presentPath) {
            return handle == present && path.equals(presentPath);
        }

        CompletableFuture<Reply<Boolean>> set() {
            AddWatchMode mode =
                    subject instanceof Subject.AllGroups ? AddWatchMode.PERSISTENT : AddWatchMode.PERSISTENT_RECURSIVE;
            return handle.addWatch(path, this, mode);
        }
    }

    /** Sets a watch, unless it stands in this life of the namespace and on this handle. */
    CompletableFuture<Duration> watch(Subject subject, Handle handle, Space space) {
        String path = space.watched(subject);
        Watch before = watches.get(subject);
        if (before != null && before.stands(handle, path)) {
            return Later.done(LOOK_FOR_LOST_SIGNALS);
        }
        Track track =
                before != null ? before.track : subject instanceof Subject.Group group ? new Track(group.name()) : null;
        Watch watch = new Watch(subject, handle, path, track);
        return watch.set().thenApply(set -> {
            if (track != null) {
                track.watch();
            }
            watches.put(subject, watch);
            return LOOK_FOR_LOST_SIGNALS;
        });
    }

    void unwatch(Subject subject) {
        Watch watch = watches.remove(subject);
        if (watch != null && !watch.handle.isOver()) {
            watch.handle.removeWatches(watch.path);
        }
    }

    /** What is known of a group that is watched. */
    @Nullable
    Track track(String group) {
        Watch watch = watches.get(new Subject.Group(group));
        return watch == null ? null : watch.track;
    }

    /** What is known of a group that is watched on this handle. */
    @Nullable
    Track track(String group, Handle handle) {
        Watch watch = watches.get(new Subject.Group(group));
        return watch != null && watch.handle == handle ? watch.track : null;
    }

    /** Signals may have been lost, or the handle is gone. */
    void wakeAll() {
        for (Watch watch : watches.values()) {
            if (watch.track != null) {
                watch.track.doubt();
            }
            signals.changed(watch.subject);
        }
    }
}
