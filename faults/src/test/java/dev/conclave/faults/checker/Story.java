package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A small history, written by hand: times are milliseconds since the run began. It begins as a whole run does, with three members, a time-to-live of
 * 1 s and a calm from 20 s to 40 s; a test tells what else happened, and asks one check.
 */
final class Story {
    static final long HEALED = 20_000;
    static final long CLOSING = 40_000;
    static final long ENDED = 45_000;

    private final List<Entry> entries = new ArrayList<>();
    private String driver = "file";
    private String deployment = "one";
    private List<String> traits = List.of("FAIR", "LINEARIZABLE");
    private long beliefOverlap;
    private long faults;

    static Story of(String driver) {
        Story story = new Story();
        story.driver = driver;
        return story;
    }

    Story deployment(String what) {
        deployment = what;
        return this;
    }

    Story traits(String... names) {
        traits = List.of(names);
        return this;
    }

    Story beliefOverlap(long millis) {
        beliefOverlap = millis;
        return this;
    }

    Story add(long at, String who, Event event) {
        entries.add(new Entry(at * 1_000_000, who, event));
        return this;
    }

    /** A process connects and lives until it closes, when all are closed. */
    Story lives(String who, long from) {
        add(from, who, new Event.Connected(""));
        return add(CLOSING + 2_000, who, new Event.Closed());
    }

    Story fault(String kind, String target, long from, long until) {
        long fault = ++faults;
        add(from, "nemesis", new Event.FaultBegan(fault, kind, target, Map.of()));
        return add(until, "nemesis", new Event.FaultEnded(fault));
    }

    /** The nemesis stops a process, which finds that out when it runs again. */
    Story stopped(String who, long from, long until) {
        stalled(who, from, until);
        return fault("member-pause", who.substring(0, who.indexOf('#')), from, until);
    }

    Story stalled(String who, long from, long until) {
        return add(until, who, new Event.Stalled(from * 1_000_000, until * 1_000_000));
    }

    /** A claim that a test follows. */
    ClaimStory claim(String who, long op, Mode mode, String name) {
        return new ClaimStory(who, op, mode, name);
    }

    ClaimStory lock(String who, long op) {
        return claim(who, op, Mode.EXCLUSIVE, "lock-1");
    }

    ClaimStory term(String who, long op) {
        return claim(who, op, Mode.LEADERSHIP, "election-1");
    }

    /** What happens to one claim, in the order in which it is told. */
    final class ClaimStory {
        private final String who;
        private final long op;
        private final Mode mode;
        private final String name;

        private ClaimStory(String who, long op, Mode mode, String name) {
            this.who = who;
            this.op = op;
            this.mode = mode;
            this.name = name;
        }

        ClaimStory add(long at, Event event) {
            Story.this.add(at, who, event);
            return this;
        }

        ClaimStory asked(long at) {
            return asked(at, -1);
        }

        ClaimStory asked(long at, long patience) {
            return add(at, new Event.Asked(op, mode, name, patience));
        }

        ClaimStory granted(long at, long token) {
            return add(at, new Event.Granted(op, mode, name, token));
        }

        ClaimStory gaveUp(long at, String why) {
            return add(at, new Event.GaveUp(op, why));
        }

        ClaimStory believed(long since, long until) {
            return add(until, new Event.Believed(op, since * 1_000_000, until * 1_000_000));
        }

        ClaimStory disbelieved(long at) {
            return add(at, new Event.Disbelieved(op));
        }

        ClaimStory lost(long at, String reason) {
            return add(at, new Event.Lost(op, reason));
        }

        ClaimStory step(long at, boolean valid) {
            return add(at, new Event.Step(op, at * 1_000_000, valid));
        }

        ClaimStory released(long from, long until, String result) {
            add(from, new Event.Releasing(op));
            return add(until, new Event.Released(op, result));
        }

        /** Asked, granted at once, believed in and given back. */
        ClaimStory held(long from, long until, long token) {
            return asked(from)
                    .granted(from + 2, token)
                    .believed(from + 3, until - 1)
                    .released(until, until + 2, "RELEASED");
        }

        Story and() {
            return Story.this;
        }
    }

    Story joined(long at, String who, String incarnation) {
        return add(at, who, new Event.Joined("group", incarnation));
    }

    Story leaving(long at, String who) {
        return add(at, who, new Event.Leaving("group"));
    }

    /** @param members as {@code ada:i1} */
    Story saw(long at, String who, String kind, String whom, String... members) {
        Map<String, String> view = new TreeMap<>();
        Arrays.stream(members).forEach(m -> view.put(m.substring(0, m.indexOf(':')), m.substring(m.indexOf(':') + 1)));
        int colon = whom.indexOf(':');
        return add(
                at,
                who,
                new Event.Saw(
                        "group",
                        kind,
                        colon < 0 ? "" : whom.substring(0, colon),
                        colon < 0 ? "" : whom.substring(colon + 1),
                        at,
                        view));
    }

    History history() {
        List<Entry> all = new ArrayList<>(entries);
        all.add(new Entry(
                0,
                "nemesis",
                new Event.Began(
                        42,
                        driver,
                        deployment,
                        "0.1",
                        List.of("ada", "bob", "cyd"),
                        1_000,
                        traits,
                        beliefOverlap,
                        250)));
        all.add(new Entry(HEALED * 1_000_000, "nemesis", new Event.Healed()));
        all.add(new Entry(CLOSING * 1_000_000, "nemesis", new Event.Closing()));
        all.add(new Entry(ENDED * 1_000_000, "nemesis", new Event.Ended()));
        return new History(all);
    }

    Verdict verdict() {
        return Checker.check(history());
    }

    Result check(int number) {
        return verdict().results().get(number);
    }

    /** The sentences that a check found. */
    List<String> findings(int number) {
        return check(number).findings().stream().map(Finding::sentence).toList();
    }
}
