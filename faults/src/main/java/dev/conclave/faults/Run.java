package dev.conclave.faults;

import dev.conclave.DriverInfo;
import dev.conclave.Durations;
import dev.conclave.Trait;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.HistoryWriter;
import dev.conclave.faults.nemesis.FakeTime;
import dev.conclave.faults.nemesis.Kind;
import dev.conclave.faults.nemesis.MemberJvm;
import dev.conclave.faults.nemesis.Nemesis;
import dev.conclave.faults.nemesis.Plan;
import dev.conclave.faults.registers.Registers;
import dev.conclave.faults.sites.Site;
import dev.conclave.faults.sites.Sites;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One driver's run, from its servers' start to the end of its history. */
final class Run {
    private static final Duration COMING_UP = Duration.ofSeconds(60);
    private static final Duration CLOSING = Duration.ofSeconds(60);
    /** How long a run may take to end when it is told to. */
    private static final Duration ENDING = Duration.ofSeconds(60);
    /** How long after their time faults may end: servers that were killed must serve again. */
    private static final Duration NEMESIS_LATE = Duration.ofMinutes(5);
    /** How long the calm lasts, twice: in time-to-lives, beside a little for processes that start. */
    private static final int CALM = 4;

    private static final Duration REHEARSAL = Duration.ofSeconds(30);
    private static final Duration CALM_BESIDE = Duration.ofSeconds(3);

    private final Settings settings;
    private final Progress progress;
    private final HistoryWriter history;

    private Run(Settings settings, Progress progress, HistoryWriter history) {
        this.settings = settings;
        this.progress = progress;
        this.history = history;
    }

    /** Runs, and leaves the history in its folder. */
    static void of(Settings settings, Progress progress) throws Exception {
        of(settings, progress, drawn(settings));
    }

    /** As {@link #of(Settings, Progress)}, with a plan that was not drawn by the seed. */
    static void of(Settings settings, Progress progress, Function<Plan.Shape, Plan> planning) throws Exception {
        try (HistoryWriter history = HistoryWriter.in(settings.folder(), "nemesis");
                HistoryWriter registered = HistoryWriter.in(settings.folder(), "registers");
                Registers registers = new Registers(registered);
                Site site = Sites.open(settings.site())) {
            new Run(settings, progress, history).cleanly(site, registers, planning);
        }
    }

    /** As {@link #of(Settings, Progress)}, on a site that is open already. */
    static void on(Site site, Settings settings, Progress progress) throws Exception {
        try (HistoryWriter history = HistoryWriter.in(settings.folder(), "nemesis");
                HistoryWriter registered = HistoryWriter.in(settings.folder(), "registers");
                Registers registers = new Registers(registered)) {
            new Run(settings, progress, history).cleanly(site, registers, drawn(settings));
        }
    }

    private static Function<Plan.Shape, Plan> drawn(Settings settings) {
        return shape -> Plan.of(settings.seed(), shape, settings.timeToLive(), settings.trouble());
    }

    private static String options(Duration timeToLive) {
        return "?namespace=" + Site.NAMESPACE + "&ttl=" + Durations.format(timeToLive);
    }

    /** Leaves no processes and nothing of the site behind, even if the runner is told to end. */
    private void cleanly(Site site, Registers registers, Function<Plan.Shape, Plan> planning) throws Exception {
        Thread running = Thread.currentThread();
        CountDownLatch over = new CountDownLatch(1);
        Thread atExit = new Thread(() -> abandon(running, over, site), "cleaner");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            on(site, registers, planning);
        } finally {
            over.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(atExit);
            } catch (IllegalStateException e) {
                // The VM is going down, and the hook has run or will.
            }
        }
    }

    /** The site goes last: whoever still uses it, the observer in this JVM too, would make anew what was just removed. */
    private static void abandon(Thread running, CountDownLatch over, Site site) {
        try (site) {
            if (over.getCount() > 0) {
                running.interrupt();
            }
            if (!over.await(ENDING.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("faults/run: does not end within " + ENDING.toSeconds() + " s; members may go on");
            }
        } catch (Exception e) {
            System.err.println("faults/run: cleaning up: " + e);
        }
    }

    private void on(Site site, Registers registers, Function<Plan.Shape, Plan> planning) throws Exception {
        if (!settings.only().isEmpty() && Collections.disjoint(settings.only(), site.kinds())) {
            throw new NothingToBreakException("on " + settings.site() + " there can be "
                    + site.kinds().stream().map(Kind::label).collect(Collectors.joining(", ")));
        }
        String direct = site.url(site.reached());
        Observer.rehearse(direct + options(REHEARSAL));
        Leftovers allowed = Leftovers.allowed(site);
        String options = options(settings.timeToLive());
        try (HistoryWriter seen = HistoryWriter.in(settings.folder(), "observer");
                Observer observer = Observer.watch(direct + options, seen)) {
            Set<Kind> kinds = kinds(site, observer.driver());
            try (Crew crew = new Crew(settings, site, registers.port(), options, kinds.contains(Kind.CLOCK_JUMP))) {
                history.write(began(site, observer.driver(), crew.ids()));
                withCrew(
                        site,
                        crew,
                        planning.apply(new Plan.Shape(crew.ids(), site.servers().size(), kinds)));
            }
            mustWork("closing the observer", observer::close);
        }
        mustWork("using all once more", () -> Observer.rehearse(direct + options(REHEARSAL)));
        mustWork("counting what was left", () -> allowed.awaited(site, calm()).forEach(history::write));
        history.write(new Event.Ended());
    }

    private void withCrew(Site site, Crew crew, Plan plan) throws Exception {
        history.write(new Event.Planned(plan.faults().stream()
                .map(fault -> fault.kind().label())
                .distinct()
                .sorted()
                .toList()));
        if (settings.verbose()) {
            plan.faults().forEach(fault -> progress.say(fault.toString()));
        }
        progress.say(settings.site() + ": " + site.version() + ", " + crew.ids().size() + " members, "
                + plan.faults().size() + " faults in " + Durations.format(settings.trouble()));
        crew.start();
        crew.awaitConnected(COMING_UP);
        trouble(plan, site, crew);
        comeRight(crew);
    }

    /** What destroys data is only done to drivers that say what happens then. */
    private Set<Kind> kinds(Site site, DriverInfo info) throws IOException {
        Set<Kind> kinds = EnumSet.copyOf(site.kinds());
        if (!settings.only().isEmpty()) {
            kinds.retainAll(settings.only());
        } else if (!info.traits().contains(Trait.VOLATILE)) {
            kinds.removeIf(Kind::destroys);
        }
        if (kinds.contains(Kind.CLOCK_JUMP) && FakeTime.library().isEmpty()) {
            kinds.remove(Kind.CLOCK_JUMP);
            progress.say("no clock jumps: libfaketime is not installed");
        }
        return kinds;
    }

    private Event.Began began(Site site, DriverInfo info, List<String> members) throws Exception {
        return new Event.Began(
                settings.seed(),
                site.driver(),
                site.deployment(),
                site.version(),
                members,
                settings.timeToLive().toMillis(),
                info.traits().stream().map(Trait::name).sorted().toList(),
                // Some publish the whole time-to-live, for the default one.
                Math.min(info.beliefOverlap().toMillis(), settings.timeToLive().toMillis()),
                info.deathSeenWithin().orElse(settings.timeToLive()).toMillis());
    }

    private void trouble(Plan plan, Site site, Crew crew) throws Exception {
        try (Nemesis nemesis = new Nemesis(plan, site, crew.members(), history)) {
            CompletableFuture<Void> end = nemesis.start();
            long start = System.nanoTime();
            while (true) {
                long left = settings.trouble().toNanos() - (System.nanoTime() - start);
                boolean over = await(end) && left <= 0;
                if (left < -NEMESIS_LATE.toNanos()) {
                    throw new IllegalStateException("these faults do not end: " + nemesis.underWay());
                }
                crew.count(history);
                crew.checkAlive(nemesis::underWay);
                progress.now(String.format(
                        "%4d s left; %s", Math.max(0, TimeUnit.NANOSECONDS.toSeconds(left)), state(nemesis, crew)));
                if (over) {
                    progress.say("all faults are over; " + state(nemesis, crew));
                    return;
                }
            }
        }
    }

    private static String state(Nemesis nemesis, Crew crew) {
        MemberJvm.Totals totals = crew.totals();
        String faults = new TreeMap<>(nemesis.done())
                .entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
        String now = nemesis.underWay().stream()
                .map(fault -> fault.kind().label() + " of " + fault.target())
                .collect(Collectors.joining(", "));
        return totals.granted() + " granted, " + totals.lost() + " lost, " + totals.failed() + " failed; " + faults
                + (now.isEmpty() ? "" : "; now " + now);
    }

    /** Waits for a second at most. */
    private static boolean await(CompletableFuture<Void> end) throws Exception {
        if (end.isDone()) {
            TimeUnit.SECONDS.sleep(1);
        }
        try {
            end.get(1, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void comeRight(Crew crew) throws InterruptedException {
        // Only now is the last kill over: how long a process takes to start is the machine's.
        mustWork("connecting again", () -> crew.awaitConnected(COMING_UP));
        history.write(new Event.Healed());
        mustWork("living on", () -> calm(crew));
        history.write(new Event.Quiescing());
        mustWork("quiescing", () -> crew.tell("quiesce"));
        mustWork("living on", () -> calm(crew));
        mustWork("concluding", () -> crew.conclude(CLOSING));
        history.write(new Event.Closing());
        mustWork("closing", () -> crew.closeAll(CLOSING, history, progress));
    }

    /** What is done once all faults are over. */
    @FunctionalInterface
    private interface Doing {
        void run() throws Exception;
    }

    /** Nothing is broken any more, so what fails now is a finding, and no reason not to look for others. */
    private void mustWork(String what, Doing doing) throws InterruptedException {
        try {
            doing.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            progress.say(what + ": " + e);
            history.write(new Event.Failed(what, e.toString()));
        }
    }

    private Duration calm() {
        return settings.timeToLive().multipliedBy(CALM).plus(CALM_BESIDE);
    }

    private void calm(Crew crew) throws Exception {
        long end = System.nanoTime() + calm().toNanos();
        while (System.nanoTime() < end) {
            TimeUnit.SECONDS.sleep(1);
            crew.count(history);
        }
        crew.checkAlive(List::of);
    }
}
