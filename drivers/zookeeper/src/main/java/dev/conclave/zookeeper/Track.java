package dev.conclave.zookeeper;

import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Names;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.zookeeper.Groups.Listing;
import dev.conclave.zookeeper.Nodes.Content;
import dev.conclave.zookeeper.Nodes.Listed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A group's roster as this coordinator knows it. While a watch stands, only those members are read of whom it told; what is read is
 * held against what was known, so that after a broken watch too the answer is a delta. Looks at one group follow each other.
 */
final class Track {
    private final String group;
    private final Map<String, RosterEntry> known = new HashMap<>();
    private final Set<String> touched = new HashSet<>();
    private CompletableFuture<?> last = Later.done(true);
    private boolean watched;
    private boolean complete;
    private boolean exists;
    private long revision = -1;
    private long answered = -1;

    Track(String group) {
        this.group = group;
    }

    /** From now on, changes are told by {@link #touch}; what was before is to be read. */
    synchronized void watch() {
        watched = true;
        complete = false;
    }

    /** Changes may not have been told. */
    synchronized void doubt() {
        complete = false;
    }

    /** The watch told of a node: the group's, or a member's. */
    synchronized void touch(String groupPath, String path) {
        if (path.equals(groupPath)) {
            complete = false;
        } else {
            touched.add(Nodes.name(path));
        }
    }

    /** The answer from what was pushed, if nothing was since the caller's revision. */
    synchronized @Nullable RosterReply unchangedSince(long revisionOfCaller) {
        boolean upToDate = watched && complete && touched.isEmpty() && last.isDone();
        return upToDate && exists && revisionOfCaller >= 0 && revisionOfCaller == answered
                ? new RosterReply.Unchanged()
                : null;
    }

    /**
     * The answer from what was pushed and a read of those whom it named; empty where more is to be asked. What the server told of, it
     * shows to whom it told. After a break another one may be behind that: a client insists on what it was answered, not on what it was
     * told. So all is doubted and signalled when the connection is back, and the leader is asked.
     */
    synchronized CompletableFuture<Optional<RosterReply>> follow(Handle handle, Space space, long revisionOfCaller) {
        if (!last.isDone() || !follows(revisionOfCaller)) {
            return Later.done(Optional.empty());
        }
        CompletableFuture<RosterReply> look = lookNow(handle, space, revisionOfCaller);
        last = look;
        return look.thenApply(Optional::of);
    }

    /** Whether what the caller lacks was pushed. */
    private boolean follows(long revisionOfCaller) {
        return watched && complete && exists && revisionOfCaller >= 0 && revisionOfCaller == answered;
    }

    /** Asks the backend, after the looks that are under way. */
    synchronized CompletableFuture<RosterReply> look(Handle handle, Space space, long revisionOfCaller) {
        CompletableFuture<RosterReply> look =
                last.handle((done, failure) -> true).thenCompose(go -> lookNow(handle, space, revisionOfCaller));
        last = look;
        return look;
    }

    private CompletableFuture<RosterReply> lookNow(Handle handle, Space space, long revisionOfCaller) {
        Set<String> wanted = wanted(revisionOfCaller);
        String path = space.group(group);
        CompletableFuture<RosterReply> look = wanted == null
                ? whole(handle, space, path, revisionOfCaller)
                : handle.exists(path)
                        .thenCombine(
                                read(handle, path, wanted),
                                (there, members) -> learn(space, false, there.value(), members, revisionOfCaller));
        return look.whenComplete((reply, failure) -> {
            if (failure != null) {
                doubt();
            }
        });
    }

    private CompletableFuture<RosterReply> whole(Handle handle, Space space, String path, long revisionOfCaller) {
        return handle.list(path).thenCompose(there -> {
            Listed listed = there.value();
            return read(handle, path, listed == null ? List.of() : listed.names())
                    .thenApply(members ->
                            learn(space, true, listed == null ? null : listed.stat(), members, revisionOfCaller));
        });
    }

    /** The members to be read, or null for all. */
    private synchronized @Nullable Set<String> wanted(long revisionOfCaller) {
        boolean some = watched && complete && revisionOfCaller >= 0;
        Set<String> wanted = some ? new HashSet<>(touched) : null;
        touched.clear();
        complete = true; // unless somebody says otherwise before the answer is there
        return wanted;
    }

    private static CompletableFuture<Map<String, Reply<Content>>> read(
            Handle handle, String path, Collection<String> names) {
        List<String> order = List.copyOf(names);
        List<CompletableFuture<Reply<Content>>> reads = new ArrayList<>();
        order.forEach(name -> reads.add(handle.read(path + "/" + name)));
        return Later.all(reads).thenApply(contents -> {
            Map<String, Reply<Content>> members = new HashMap<>();
            for (int i = 0; i < order.size(); i++) {
                members.put(order.get(i), contents.get(i));
            }
            return members;
        });
    }

    private synchronized RosterReply learn(
            Space space,
            boolean whole,
            @Nullable Stat there,
            Map<String, Reply<Content>> members,
            long revisionOfCaller) {
        exists = there != null;
        Set<EnrolmentId> left = new HashSet<>();
        List<RosterEntry> listed = new ArrayList<>();
        if (whole) {
            Set<String> gone = new HashSet<>(known.keySet());
            gone.removeAll(members.keySet());
            gone.forEach(name -> left.add(known.remove(name).id()));
        }
        long newest = there == null ? revision : space.number(Math.max(there.getPzxid(), there.getCzxid()));
        for (Map.Entry<String, Reply<Content>> member : members.entrySet()) {
            newest = Math.max(newest, learn(space, member.getKey(), member.getValue(), left, listed));
        }
        boolean changed = !left.isEmpty() || !listed.isEmpty();
        // What was read is not of one instant: two states may have one newest change, but must not have one revision.
        revision = changed ? Math.max(revision + 1, newest) : Math.max(revision, newest);
        return answer(revisionOfCaller, left, listed);
    }

    private long learn(Space space, String name, Reply<Content> read, Set<EnrolmentId> left, List<RosterEntry> listed) {
        RosterEntry before = known.get(name);
        RosterEntry now = read.isOk() ? Listing.of(read.get()).entry(group, Names.decoded(name), read.get()) : null;
        if (now == null) {
            known.remove(name);
        } else {
            known.put(name, now);
        }
        if (before != null && (now == null || !now.id().equals(before.id()))) {
            left.add(before.id());
        }
        if (now != null && !now.equals(before)) {
            listed.add(now);
        }
        return now == null ? -1 : space.number(read.get().stat().getMzxid());
    }

    private RosterReply answer(long revisionOfCaller, Set<EnrolmentId> left, List<RosterEntry> listed) {
        if (!exists) {
            answered = -1;
            return new RosterReply.NoGroup();
        }
        boolean follows = revisionOfCaller >= 0 && revisionOfCaller == answered;
        answered = revision;
        if (!follows) {
            return new RosterReply.Whole(revision, List.copyOf(known.values()), false);
        }
        return left.isEmpty() && listed.isEmpty() && revisionOfCaller == revision
                ? new RosterReply.Unchanged()
                : new RosterReply.Delta(revision, left, listed);
    }
}
