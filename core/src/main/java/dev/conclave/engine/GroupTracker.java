package dev.conclave.engine;

import dev.conclave.Capabilities;
import dev.conclave.GroupEvent;
import dev.conclave.Loss;
import dev.conclave.Member;
import dev.conclave.View;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows one group for all who watch it in this coordinator: turns rosters and deltas into views and
 * events, each change once and in order.
 */
final class GroupTracker extends Look<RosterReply> {
    private final String group;
    private final Predicate<String> endedHere;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    // Guards the view and the order of events in the watchers' queues. No callback runs under it.
    private final ReentrantLock order = new ReentrantLock();
    private final Map<String, EnrolmentId> listed = new HashMap<>();
    private @Nullable EnrolmentId evicted;
    private @Nullable View view;
    /** What befell our own member before there was a view: watchers are told of it after their snapshot. */
    private final List<Function<View, GroupEvent>> early = new ArrayList<>();

    private long known = -1;

    /** @param endedHere whether an incarnation was a session of this coordinator that has ended */
    GroupTracker(EngineContext engine, Watches watches, String group, Predicate<String> endedHere) {
        super(engine, watches, new Subject.Group(group));
        this.group = group;
        this.endedHere = endedHere;
    }

    /** One who is told of events, in a queue of its own. */
    static final class Watcher {
        private final Callbacks.Serial queue;
        private final Consumer<? super GroupEvent> listener;

        Watcher(Callbacks.Serial queue, Consumer<? super GroupEvent> listener) {
            this.queue = queue;
            this.listener = listener;
        }

        private void tell(GroupEvent event) {
            queue.add(() -> listener.accept(event));
        }

        /** Begins to tell what was queued; under no lock. */
        void kick() {
            queue.kick();
        }

        void close() {
            queue.close();
        }
    }

    /** Adds one; {@link Watcher#kick} then tells it of the present view, if there is one. */
    void add(Watcher watcher) {
        order.lock();
        try {
            watchers.add(watcher);
            if (view != null) {
                watcher.tell(new GroupEvent.Snapshot(view));
            }
        } finally {
            order.unlock();
        }
    }

    /** Whether that was the last one. */
    boolean remove(Watcher watcher) {
        watcher.close();
        watchers.remove(watcher);
        return watchers.isEmpty();
    }

    @Override
    protected CompletableFuture<RosterReply> look() {
        long revision;
        order.lock();
        try {
            revision = known;
        } finally {
            order.unlock();
        }
        return engine.driver().roster(group, revision);
    }

    @Override
    protected void seen(RosterReply reply) {
        order.lock();
        try {
            long before = known;
            // Until it is all understood, so that what is not is asked for as a whole next time.
            known = -1;
            if (reply instanceof RosterReply.Whole whole) {
                whole(whole);
                known = whole.revision();
            } else if (reply instanceof RosterReply.Delta delta && view != null) {
                delta.left().forEach(session -> left(session, delta.revision()));
                delta.listed().forEach(entry -> listed(entry, delta.revision()));
                known = delta.revision();
            } else if (reply instanceof RosterReply.Unchanged) {
                known = before;
            } else if (reply instanceof RosterReply.NoGroup) {
                // Not created yet, or deleted: as a group without members.
                whole(new RosterReply.Whole(view == null ? 0 : view.revision(), List.of(), false));
            }
        } finally {
            order.unlock();
            kickAll();
        }
    }

    private void whole(RosterReply.Whole whole) {
        boolean first = view == null;
        if (first || whole.historyLost()) {
            // Who was out before the first look is told so in between, though that look may show it in the group again.
            Predicate<RosterEntry> back =
                    entry -> !early.isEmpty() && memberId(entry).equals(engine.member());
            List<RosterEntry> shown = whole.entries().stream()
                    .filter(entry -> !isGhost(entry.id()) && !back.test(entry))
                    .toList();
            listed.clear();
            shown.forEach(entry -> listed.put(memberId(entry), entry.id()));
            View fresh = View.of(
                    group,
                    whole.revision(),
                    shown.stream().map(GroupTracker::member).toList());
            view = fresh;
            tellAll(first ? new GroupEvent.Snapshot(fresh) : new GroupEvent.Resynced(fresh));
            if (!early.isEmpty()) {
                early.forEach(event -> tellAll(event.apply(fresh)));
                early.clear();
                whole.entries().stream()
                        .filter(entry -> memberId(entry).equals(engine.member()))
                        .forEach(entry -> listed(entry, whole.revision()));
            }
            return;
        }
        Set<EnrolmentId> now = new HashSet<>();
        whole.entries().forEach(entry -> now.add(entry.id()));
        for (EnrolmentId before : List.copyOf(listed.values())) {
            if (!now.contains(before)) {
                left(before, whole.revision());
            }
        }
        whole.entries().forEach(entry -> listed(entry, whole.revision()));
    }

    /**
     * An enrolment of our own that is over, as its session ended or we were told so, though the backend has
     * not noticed yet, or a look that was under way still shows it.
     */
    private boolean isGhost(EnrolmentId id) {
        EnrolmentId out = evicted;
        boolean toldSo = out != null && out.session().equals(id.session()) && id.sequence() <= out.sequence();
        return toldSo || endedHere.test(id.session().incarnation());
    }

    private static String memberId(RosterEntry entry) {
        return entry.id().session().member();
    }

    private void left(EnrolmentId enrolment, long revision) {
        String id = enrolment.session().member();
        if (listed.remove(id, enrolment)) {
            Member member = known().member(id).orElseThrow();
            View after = known().without(id, revision);
            view = after;
            tellAll(new GroupEvent.Left(member, after));
        }
    }

    private void listed(RosterEntry entry, long revision) {
        if (isGhost(entry.id())) {
            return;
        }
        EnrolmentId before = listed.get(memberId(entry));
        if (before != null && !before.equals(entry.id())) {
            left(before, revision);
        }
        Member now = member(entry);
        Member last = known().member(now.id()).orElse(null);
        if (now.equals(last)) {
            return;
        }
        listed.put(now.id(), entry.id());
        View after = known().with(now, revision);
        view = after;
        tellAll(last == null ? new GroupEvent.Joined(now, after) : new GroupEvent.Updated(last, now, after));
    }

    private View known() {
        View present = view;
        return present == null ? View.of(group, 0, List.of()) : present;
    }

    /** This coordinator's member is out of the group: it disappears from the view at once. */
    void evicted(@Nullable EnrolmentId out, Loss loss, boolean rejoining) {
        order.lock();
        try {
            if (out != null) {
                evicted = out;
            }
            View after = known();
            // Not only the one that is out: the last look may show one of before, whose end we have yet to see.
            EnrolmentId mine = listed.get(engine.member());
            if (mine != null && isGhost(mine)) {
                listed.remove(engine.member());
                after = after.without(engine.member(), after.revision());
                view = after;
            }
            if (view == null) {
                early.add(first -> new GroupEvent.SelfEvicted(loss, rejoining, first));
            } else {
                tellAll(new GroupEvent.SelfEvicted(loss, rejoining, after));
            }
        } finally {
            order.unlock();
        }
        kickAll();
    }

    private void tellAll(GroupEvent event) {
        watchers.forEach(watcher -> watcher.tell(event));
    }

    private void kickAll() {
        watchers.forEach(watcher -> watcher.queue.kick());
    }

    static Member member(RosterEntry entry) {
        return new Member(
                entry.id().session().member(),
                entry.id().session().incarnation(),
                Capabilities.parse(entry.capabilities()),
                entry.joinedAt(),
                entry.updatedAt());
    }
}
