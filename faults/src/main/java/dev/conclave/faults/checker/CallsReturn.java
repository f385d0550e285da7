package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Closed;
import dev.conclave.faults.history.Event.Connected;
import dev.conclave.faults.history.Event.Elected;
import dev.conclave.faults.history.Event.Joined;
import dev.conclave.faults.history.Event.Leaving;
import dev.conclave.faults.history.Event.Partitioned;
import dev.conclave.faults.history.Event.Released;
import dev.conclave.faults.history.Event.Releasing;
import dev.conclave.faults.history.Event.Residue;
import dev.conclave.faults.history.Event.Saw;
import java.util.List;
import java.util.function.Predicate;

/**
 * Every call returned, and whoever asked to be told was told. {@link Served} decides it of acquiring, this of all else, for each process that was not
 * killed:
 *
 * <ol>
 *   <li>It connects; once it has, it is in a group and names owners; watchers, the observer too, are told of the group and of the election at least once.
 *   <li>Who left a group is in it again, as the load always comes back.
 *   <li>Giving back a lock or a leadership has an outcome.
 *   <li>It closes, and counts its threads.
 * </ol>
 *
 * <p>All but the last must be so when the members are closed, if there was time enough for it once the faults were over.
 */
final class CallsReturn implements Check {
    @Override
    public int number() {
        return 10;
    }

    @Override
    public String title() {
        return "every call returned, and whoever watches was told";
    }

    @Override
    public void decide(Run run, Decision decision) {
        for (Life life : run.lives().values()) {
            if (life.killed()) {
                continue;
            }
            boolean member = !life.who().equals(Life.OBSERVER);
            owes(run, decision, life, life.entries().get(0), "connected", Connected.class::isInstance);
            for (Told<Connected> connected : life.told(Connected.class)) {
                watches(run, decision, life, connected.entry());
                if (member) {
                    takesPart(run, decision, life, connected.entry());
                }
            }
            givesBack(run, decision, life);
            if (member) {
                closes(decision, life);
            }
        }
    }

    private static void watches(Run run, Decision decision, Life life, Entry since) {
        owes(run, decision, life, since, "was told who is in a group", Saw.class::isInstance);
        owes(run, decision, life, since, "was told who leads", Elected.class::isInstance);
    }

    private static void takesPart(Run run, Decision decision, Life life, Entry since) {
        owes(run, decision, life, since, "was in a group", CallsReturn::isIn);
        owes(run, decision, life, since, "named owners", Partitioned.class::isInstance);
    }

    private static boolean isIn(Event event) {
        return event instanceof Joined joined && !joined.incarnation().isEmpty();
    }

    private static void givesBack(Run run, Decision decision, Life life) {
        life.told(Leaving.class)
                .forEach(leaving ->
                        owes(run, decision, life, leaving.entry(), "was in a group again", CallsReturn::isIn));
        for (Told<Releasing> releasing : life.told(Releasing.class)) {
            long op = releasing.event().op();
            owes(
                    run,
                    decision,
                    life,
                    releasing.entry(),
                    "was answered",
                    event -> event instanceof Released released && released.op() == op);
        }
    }

    /** What must come after an entry of the process, and before the members are closed. */
    private static void owes(Run run, Decision decision, Life life, Entry since, String what, Predicate<Event> isIt) {
        boolean came = life.entries().stream()
                .anyMatch(entry -> entry.at() >= since.at() && entry.at() <= run.closing() && isIt.test(entry.event()));
        long counted = Math.max(since.at(), run.healed());
        if (came) {
            decision.decided();
        } else if (run.closing() - counted > run.bounds().calm() + run.stalled(counted, run.closing())) {
            decision.violated(
                    life.who() + " never " + what + " after " + run.at(since.at()) + ", up to the end at "
                            + run.at(run.closing()),
                    List.of(since));
        }
    }

    private static void closes(Decision decision, Life life) {
        boolean closed = !life.told(Closed.class).isEmpty();
        boolean counted = life.told(Residue.class).stream()
                .anyMatch(residue -> residue.event().what().equals(Residue.threadsOf(life.who())));
        if (closed && counted) {
            decision.decided();
        } else {
            decision.violated(
                    life.who() + (closed ? " closed, and never counted its threads" : " never closed its coordinator"),
                    List.of(life.entries().get(life.entries().size() - 1)));
        }
    }
}
