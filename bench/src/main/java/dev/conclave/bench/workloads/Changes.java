package dev.conclave.bench.workloads;

import dev.conclave.bench.Spread;
import dev.conclave.bench.WorkerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A member that joins a group and leaves it over and over, and watchers in another process that see it. */
final class Changes {
    private final List<Double> joined = new ArrayList<>();
    private final List<Double> left = new ArrayList<>();

    /**
     * Does it so many times, or fewer if they take longer than so many seconds: where watchers ask from time to time, a change
     * is seen after half a second.
     *
     * @param watching how many of the process see each change
     */
    static Changes of(
            WorkerProcess watcher, int watching, WorkerProcess joiner, String group, int times, int mostSeconds)
            throws Exception {
        Changes changes = new Changes();
        long begun = System.nanoTime();
        long most = TimeUnit.SECONDS.toNanos(mostSeconds);
        for (int i = 0; i < times && (i == 0 || System.nanoTime() - begun < most); i++) {
            changes.joined.add(seen(watcher, "await-joined", watching, joiner, "join " + group));
            changes.left.add(seen(watcher, "await-left", watching, joiner, "leave " + group));
        }
        return changes;
    }

    /** Milliseconds from the beginning of a command until the last of so many watchers in a process saw its effect. */
    private static double seen(WorkerProcess watcher, String await, int watching, WorkerProcess joiner, String command)
            throws Exception {
        watcher.send(await + " " + joiner.member() + " " + watching);
        long begun = joiner.ask(command).value("at");
        return (watcher.receive().value("at") - begun) / 1e6;
    }

    int count() {
        return joined.size() + left.size();
    }

    /** Milliseconds. */
    Spread joined() {
        return Spread.of(joined);
    }

    /** Milliseconds. */
    Spread left() {
        return Spread.of(left);
    }

    /** Milliseconds of both. */
    Spread all() {
        List<Double> all = new ArrayList<>(joined);
        all.addAll(left);
        return Spread.of(all);
    }
}
