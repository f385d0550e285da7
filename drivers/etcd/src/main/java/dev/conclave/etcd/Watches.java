package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.Names;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import dev.conclave.spi.TimeSource;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.WatchResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What this coordinator watches, and the rosters of the groups among it. Thread-safe. */
final class Watches {
    /** In between, a roster is told from what is known, which costs nobody anything. */
    private static final Duration LOOK_FOR_LOST_SIGNALS = Duration.ofSeconds(10);
    /** A watch can fall silent: each look that comes by itself, up to a quarter early, holds what it told against the store's own word. */
    private static final Duration TRUST = LOOK_FOR_LOST_SIGNALS.dividedBy(2);

    private final Store store;
    private final Groups groups;
    private final Signals signals;
    private final TimeSource time;
    private final Map<Subject, Watched> watched = new ConcurrentHashMap<>();

    Watches(Store store, Groups groups, Signals signals, TimeSource time) {
        this.store = store;
        this.groups = groups;
        this.signals = signals;
        this.time = time;
    }

    /** A subject, and the watch that was begun for it last. */
    private final class Watched implements Watch.Listener {
        final Subject subject;
        final ByteString prefix;
        final @Nullable Track track;
        private @Nullable Watch watch;
        private CompletableFuture<Void> taken = CompletableFuture.allOf();
        private boolean over;

        Watched(Subject subject) {
            this.subject = subject;
            this.prefix = prefix(subject);
            this.track = subject instanceof Subject.Group group ? new Track(group.name(), prefix.size()) : null;
        }

        synchronized CompletableFuture<Void> begin() {
            if (over || (watch != null && (!taken.isDone() || watch.stands()))) {
                return taken;
            }
            return beginAnew();
        }

        synchronized CompletableFuture<Void> beginAnew() {
            if (watch != null) {
                watch.cancel();
            }
            if (over) {
                return CompletableFuture.allOf();
            }
            Watch next = new Watch(prefix, Keys.end(prefix), track == null ? 0 : track.watchFrom(), this);
            watch = next;
            taken = store.line().watch(next);
            return taken;
        }

        synchronized boolean stands() {
            return taken.isDone() && watch != null && watch.stands();
        }

        synchronized void end() {
            over = true;
            if (watch != null) {
                watch.cancel();
            }
        }

        @Override
        public void changed(WatchResponse events) {
            if (track != null) {
                track.events(events);
            }
            signals.changed(subject);
        }

        @Override
        public void lost() {
            if (track != null) {
                track.lose();
            }
            signals.changed(subject);
        }
    }

    private ByteString prefix(Subject subject) {
        if (subject instanceof Subject.Key key) {
            return store.keys().claims(key.key());
        }
        if (subject instanceof Subject.Group group) {
            return store.keys().group(group.name());
        }
        if (subject instanceof Subject.AllGroups) {
            return store.keys().groups();
        }
        throw new IllegalArgumentException(subject + " is signalled without being watched");
    }

    CompletableFuture<Duration> watch(Subject subject) {
        return watched.computeIfAbsent(subject, Watched::new).begin().thenApply(taken -> LOOK_FOR_LOST_SIGNALS);
    }

    void unwatch(Subject subject) {
        Watched ended = watched.remove(subject);
        if (ended != null) {
            ended.end();
        }
    }

    CompletableFuture<RosterReply> roster(String group, long revisionOfCaller) {
        Watched known = watched.get(new Subject.Group(group));
        if (known == null || known.track == null) {
            return read(group, null, null);
        }
        Track track = known.track;
        if (revisionOfCaller < 0) {
            return read(group, known, track);
        }
        long now = time.nanoTime();
        RosterReply answer = known.stands()
                ? track.answer(revisionOfCaller, store.present(), groups.newest(), now - TRUST.toNanos())
                : null;
        return answer != null ? Later.done(answer) : ask(group, known, track, revisionOfCaller);
    }

    /** Whether anything has changed, which is a small question; only then reads. */
    private CompletableFuture<RosterReply> ask(String group, Watched known, Track track, long revisionOfCaller) {
        long asked = time.nanoTime();
        ByteString prefix = store.keys().group(group);
        return store.read(
                        Ops.range(prefix).setCountOnly(true),
                        Ops.range(prefix)
                                .setKeysOnly(true)
                                .setMinModRevision(track.known() + 1)
                                .setLimit(1))
                .thenCompose(outcome -> {
                    long count = outcome.responses().get(0).getResponseRange().getCount();
                    boolean same = track.confirm(outcome, count, outcome.isThere(1), asked);
                    RosterReply answer =
                            same ? track.answer(revisionOfCaller, outcome.life(), 0, Long.MIN_VALUE) : null;
                    return answer != null
                            ? Later.done(answer)
                            : read(group, known, track).thenApply(whole -> {
                                RosterReply delta = track.answer(revisionOfCaller, store.present(), 0, Long.MIN_VALUE);
                                return delta != null ? delta : whole;
                            });
                });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a watch that cannot be begun is signalled as a break
    private CompletableFuture<RosterReply> read(String group, @Nullable Watched known, @Nullable Track track) {
        long asked = time.nanoTime();
        ByteString prefix = store.keys().group(group);
        return store.read(Ops.range(prefix)).thenApply(outcome -> {
            List<KeyValue> stored = outcome.found(0);
            if (known != null && track != null && track.learn(outcome, stored, asked)) {
                known.beginAnew();
            }
            Life life = outcome.life();
            RosterReply learnt =
                    track == null ? null : track.answer(-1, life, life.number(outcome.revision()), Long.MIN_VALUE);
            return learnt != null ? learnt : whole(group, prefix, outcome, stored);
        });
    }

    private static RosterReply whole(String group, ByteString prefix, Store.Outcome outcome, List<KeyValue> stored) {
        boolean exists = stored.stream().anyMatch(each -> each.getKey().equals(prefix));
        List<RosterEntry> entries = stored.stream()
                .filter(each -> !each.getKey().equals(prefix))
                .map(each -> Listing.of(each).entry(group, Names.decoded(Keys.tail(each.getKey(), prefix))))
                .toList();
        return exists
                ? new RosterReply.Whole(outcome.life().number(outcome.revision()), entries, false)
                : new RosterReply.NoGroup();
    }

    /** Signals may have been lost. */
    void wakeAll() {
        watched.keySet().forEach(signals::changed);
    }
}
