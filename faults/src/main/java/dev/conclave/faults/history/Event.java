package dev.conclave.faults.history;

import java.util.List;
import java.util.Map;

/**
 * What can happen. A member writes what it believed and did, the nemesis what it broke, the registers what reached them.
 *
 * <p>A claim is followed through its {@code op}, which is unique within its process. {@code name} is the lock's or the
 * election's; the two kinds do not meet, see {@link Mode}.
 */
public sealed interface Event {
    /** How a name is claimed. */
    enum Mode {
        EXCLUSIVE,
        SHARED,
        LEADERSHIP;

        /** Whether claims of this mode and the other are on one kind of name: locks, or elections. */
        public boolean meets(Mode other) {
            return (this == LEADERSHIP) == (other == LEADERSHIP);
        }

        /** Whether two claims on one name may stand side by side. */
        public boolean toleratesBeside(Mode other) {
            return this == SHARED && other == SHARED;
        }
    }

    /** First in the nemesis' file: what is run. Durations are in milliseconds. */
    record Began(
            long seed,
            String driver,
            String deployment,
            String version,
            List<String> members,
            long timeToLive,
            List<String> traits,
            long beliefOverlap,
            long deathSeenWithin)
            implements Event {}

    /** Second in the nemesis' file: the kinds of faults that it means to do, each at least once. */
    record Planned(List<String> kinds) implements Event {}

    /** The process connected; {@code incarnation} is empty, since a session has one and a coordinator has none. First in each run of a member. */
    record Connected(String incarnation) implements Event {}

    /** The process could not connect, and tries again. */
    record Refused(String why) implements Event {}

    /** The coordinator was closed, orderly. */
    record Closed() implements Event {}

    /**
     * A lock was asked for; waits at most {@code patience} milliseconds, -1 for as long as it takes. A candidate's races are not written, as the
     * engine begins them.
     */
    record Asked(long op, Mode mode, String name, long patience) implements Event {}

    /** It was granted. Written after the call returned, so a little later than it was true. */
    record Granted(long op, Mode mode, String name, long token) implements Event {}

    /** It was not granted: {@code BUSY} for in time, else the exception's simple name. */
    record GaveUp(long op, String why) implements Event {}

    /**
     * {@code isValid()} was true at that time and since the last such entry of the claim; asked every millisecond or so, written every few. The
     * time is taken before the question, so that a pause makes a belief look shorter, never longer.
     */
    record Believed(long op, long since, long until) implements Event {}

    /** {@code isValid()} was false for the first time. */
    record Disbelieved(long op) implements Event {}

    /** The claim's state became AT_RISK, or HELD again. */
    record State(long op, String state) implements Event {}

    /** A grant's {@code lost()} completed, with RELEASED too; or {@code revoked} was called for a leadership. */
    record Lost(long op, String reason) implements Event {}

    /**
     * A guarded step: {@code isValid()} was asked at {@code checked} and said {@code valid}; if so, and the claim is not {@code SHARED}, the
     * registers are written a little later.
     */
    record Step(long op, long checked, boolean valid) implements Event {}

    /** Giving back begins. From here on the claim is not believed in. */
    record Releasing(long op) implements Event {}

    /** Giving back ended with this {@code ReleaseResult}, or the exception's simple name. */
    record Released(long op, String result) implements Event {}

    /** The registers: a write arrived. {@code claim} is {@code who} and op of the writer, {@code ada#3/17}. */
    record Written(String register, boolean fenced, String claim, long token, boolean accepted) implements Event {}

    /** The process stood still for longer than it meant to, by its own looking at the clock: it was stopped, or the machine gave it no processor. */
    record Stalled(long since, long until) implements Event {}

    /**
     * Something other than a claim failed with an exception of this simple name; the process tries again after a pause. Told by the nemesis: what it did
     * once all faults were over failed, and why.
     */
    record Failed(String what, String why) implements Event {}

    /** This process' member is in the group as this incarnation, or out of it, if that is empty; asked every millisecond or so. */
    record Joined(String group, String incarnation) implements Event {}

    /** It was told that it fell out. */
    record Evicted(String group, String reason, boolean rejoining) implements Event {}

    /** It is leaving on its own. */
    record Leaving(String group) implements Event {}

    /** A watcher was told. {@code kind} is the simple name of the {@code GroupEvent}; {@code members} is the view after it, ids to incarnations. */
    record Saw(String group, String kind, String member, String incarnation, long revision, Map<String, String> members)
            implements Event {}

    /** Whom a partitioner named, key to owners by comma, when this process' watcher had last seen this revision. */
    record Partitioned(String group, long revision, Map<String, String> owners) implements Event {}

    /** A watcher of an election was told who leads; an empty member and term 0 if nobody. */
    record Elected(String election, String member, String incarnation, long term) implements Event {}

    /** The nemesis began a fault; {@code target} is a member's id, or {@code servers}, {@code server-2}. */
    record FaultBegan(long fault, String kind, String target, Map<String, String> details) implements Event {
        /** Of a fail-over that nobody took part in: why. */
        public static final String IN_VAIN = "in vain";

        /** Whether it was tried, and nothing came of it. */
        public boolean inVain() {
            return details.containsKey(IN_VAIN);
        }
    }

    /** It ended it, and saw that it had ended. A fault without duration ends at once. */
    record FaultEnded(long fault) implements Event {}

    /** All faults are over; what the members do from here on must come right within the bounds. */
    record Healed() implements Event {}

    /** The members were told to stop asking and to give back what they hold. */
    record Quiescing() implements Event {}

    /** Nothing has been asked for any more for a while, and all members have said once more who owns what; now they are closed, one after the other. */
    record Closing() implements Event {}

    /** Packets and attempts to connect from a member to its backend since the last such entry, counted by the proxy before it. */
    record Traffic(String member, long packets, long connects, long millis) implements Event {}

    /** What was left in the end: keys, nodes, rows, segments, threads, connections; {@code allowed} is what may be. */
    record Residue(String what, long count, long allowed) implements Event {
        /** What a member counts of itself when it has closed. */
        public static String threadsOf(String who) {
            return "threads of " + who;
        }
    }

    /** Last in the nemesis' file: the run ended as planned. */
    record Ended() implements Event {}
}
