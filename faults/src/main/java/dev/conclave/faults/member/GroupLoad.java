package dev.conclave.faults.member;

import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.Group;
import dev.conclave.GroupEvent;
import dev.conclave.Membership;
import dev.conclave.Partitioner;
import dev.conclave.faults.history.Event;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** A thread that joins a group, leaves and joins again now and then; watches the group; and asks a partitioner who owns some keys. */
final class GroupLoad implements Runnable {
    private static final int KEYS = 12;

    private final Claims claims;
    private final Chance chance;
    private final long timeToLive;
    private final Group group;
    private final BooleanSupplier goesOn;
    private volatile long revision = -1;
    private volatile Membership membership;
    private volatile Partitioner partitioner;
    private String joined = "";

    GroupLoad(
            Coordinator coordinator,
            Claims claims,
            Chance chance,
            long timeToLive,
            String group,
            BooleanSupplier goesOn) {
        this.claims = claims;
        this.chance = chance;
        this.timeToLive = timeToLive;
        this.group = coordinator.group(group);
        this.goesOn = goesOn;
    }

    @Override
    public void run() {
        group.watch(event -> {
            revision = event.view().revision();
            claims.history.write(Watching.saw(group.name(), event));
        });
        while (true) {
            try {
                joinOrLeave();
            } catch (InterruptedException | RuntimeException e) {
                claims.history.write(
                        new Event.Failed("group " + group.name(), e.getClass().getSimpleName()));
                Failures.note(claims, "group " + group.name(), e);
                chance.rest(50, 150);
            }
        }
    }

    private void joinOrLeave() throws InterruptedException {
        if (membership == null) {
            Membership joining = group.join(Capabilities.of("weight", 1));
            membership = joining;
            joining.onEvicted(event -> evicted(joining, event));
        }
        if (partitioner == null) {
            Partitioner asked = group.partitioner();
            asked.onRebalance(change -> claims.history.write(owners(asked)));
            partitioner = asked;
        }
        chance.rest(timeToLive / 10, 4 * timeToLive);
        if (goesOn.getAsBoolean() && chance.percent(30)) {
            begunToLeave().leave();
            chance.rest(0, timeToLive);
        }
    }

    /** From here on it is out for {@link #look}, however soon it is in again. */
    private synchronized Membership begunToLeave() {
        Membership leaving = membership;
        membership = null;
        joined = "";
        claims.history.write(new Event.Leaving(group.name()));
        return leaving;
    }

    private void evicted(Membership from, GroupEvent.SelfEvicted event) {
        claims.history.write(
                new Event.Evicted(group.name(), event.loss().reason().name(), event.rejoining()));
        if (!event.rejoining() && membership == from) {
            membership = null;
        }
    }

    /** Says when the member is in the group, is in it again, or is out; asked every few milliseconds, by one thread, so that it is in order. */
    synchronized void look() {
        Membership now = membership;
        String incarnation = now == null ? "" : now.incarnation().orElse("");
        if (!incarnation.equals(joined)) {
            claims.history.write(new Event.Joined(group.name(), incarnation));
        }
        joined = incarnation;
    }

    /** Says once more who owns what. */
    void conclude() {
        Partitioner asked = partitioner;
        if (asked != null) {
            claims.history.write(owners(asked));
        }
    }

    private Event.Partitioned owners(Partitioner asked) {
        Map<String, String> owners = new TreeMap<>();
        IntStream.range(0, KEYS)
                .mapToObj(i -> "key-" + i)
                .forEach(key -> owners.put(key, String.join(",", asked.ownersOf(key, 2))));
        return new Event.Partitioned(group.name(), revision, owners);
    }
}
