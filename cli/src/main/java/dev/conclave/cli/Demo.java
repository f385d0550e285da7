package dev.conclave.cli;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Durations;
import dev.conclave.ElectionEvent;
import dev.conclave.GroupEvent;
import dev.conclave.Leader;
import dev.conclave.Member;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One performance of {@code conclave demo}. What the processes say and what is observed is told by one thread, in turn. */
final class Demo implements AutoCloseable {
    static final String GROUP = "crew";
    static final String ELECTION = "captain";
    static final String LOCK = "counter";

    private static final List<String> NAMES =
            List.of("ada", "bob", "cleo", "dan", "eve", "finn", "gwen", "hugo", "iris", "jack");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DemoStory story;
    private final Duration time;
    private final String url;
    private final Path directory;
    private final DemoCounter counter;
    private final List<DemoProcess> processes = new ArrayList<>();
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final DemoLedger ledger = new DemoLedger();

    private final List<String> names;
    private final Set<String> joined = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private Optional<Leader> leader = Optional.empty();
    private long leaderSeenAt;
    private long stepsToTell = 6;
    private long nextStepToldAt;

    Demo(Context context, Path directory, int members, Duration time) {
        this.story = new DemoStory(context);
        this.time = time;
        this.names = NAMES.subList(0, members);
        this.directory = directory;
        this.url = "file:"
                + StateDirectory.percentEncoded(directory.resolve("store").toString());
        this.counter = new DemoCounter(directory.resolve("counter"));
    }

    /** Plays it, and returns whether everything was as it should be. */
    boolean run() throws InterruptedException {
        long begin = System.nanoTime();
        write(new DemoCounter.Value(0, 0));
        try (Coordinator observer = Conclave.connect(url, "audience")) {
            observer.group(GROUP).watch(event -> events.add(() -> tell(event)));
            observer.election(ELECTION).watch(event -> {
                long now = System.nanoTime();
                events.add(() -> tell(event, now));
            });

            meet();
            count();
            playUntil(begin + time.toNanos() * 2 / 5);

            Leader killed = leader.orElseThrow();
            long killedAt = killLeader(killed);
            Optional<Duration> handOver = succession(killed, killedAt);
            playUntil(begin + time.toNanos() * 9 / 10);
            boolean allEnded = finish();
            return summary(killed, handOver, allEnded);
        }
    }

    private void meet() throws InterruptedException {
        story.chapter(names.size() + " processes meet");
        story.explains("Each is a JVM of its own. They know nothing of each other but a URL: " + url);
        story.explains("They need no server: the kernel frees what a dead process held.");
        for (String name : names) {
            processes.add(DemoProcess.start(
                    name, url, counter.file(), (member, line) -> events.add(() -> hear(member, line))));
        }
        play(() -> (joined.size() == names.size() && leader.isPresent()) || !ended.isEmpty(), inTime());
        if (joined.size() < names.size() || leader.isEmpty() || !ended.isEmpty()) {
            throw new Failure(ExitCode.INTERNAL, "not all processes joined and elected a leader");
        }
    }

    private void count() {
        story.chapter("They count together");
        story.explains("Each reads a number from a file, adds one, writes it back. Nothing guards the file but the");
        story.explains(
                "lock \"" + LOCK + "\": two at once would spoil the count. Each grant has a larger fencing token.");
    }

    private long killLeader(Leader killed) {
        story.chapter("The leader dies");
        story.explains(
                "kill -9: it cannot resign, release, or say goodbye. Perhaps it holds the lock this very moment.");
        DemoProcess process = processes.stream()
                .filter(one -> one.member().equals(killed.member()))
                .findFirst()
                .orElseThrow();
        story.tellsOfDeath("kill -9 " + killed.member() + ", who leads term " + killed.term());
        long now = System.nanoTime();
        process.kill();
        return now;
    }

    private Optional<Duration> succession(Leader killed, long killedAt) throws InterruptedException {
        boolean succeeded =
                play(() -> leader.filter(one -> one.term() > killed.term()).isPresent(), inTime());
        if (!succeeded) {
            return Optional.empty();
        }
        Duration handOver = Duration.ofNanos(leaderSeenAt - killedAt);
        story.tells("The others carry on, " + Durations.format(handOver) + " after the kill");
        ledger.begunBy(killed.member())
                .ifPresent(step -> story.tells(killed.member() + " died with the lock in its hands (token "
                        + step.token() + "); the next in line got it all the same"));
        stepsToTell = 4;
        return Optional.of(handOver);
    }

    private boolean finish() throws InterruptedException {
        story.chapter("They part");
        processes.forEach(DemoProcess::finish);
        return play(() -> ended.size() == names.size(), inTime());
    }

    private boolean summary(Leader killed, Optional<Duration> handOver, boolean allEnded) {
        DemoLedger.Result count = ledger.check(read().count());
        boolean isGood = handOver.isPresent() && allEnded && count.faults().isEmpty() && count.increments() > 0;
        story.chapter("What is left");
        story.concludes(
                handOver.isPresent(),
                handOver.map(took -> "The next leader was there " + Durations.format(took)
                                + " after the kill; its term is larger than " + killed.term())
                        .orElse("Nobody followed the leader within " + Durations.format(PATIENCE)));
        if (count.faults().isEmpty()) {
            story.concludes(
                    true,
                    "The counter is " + read().count() + ", after " + count.increments() + " increments by "
                            + names.size() + " processes: not one was lost");
            story.concludes(true, "No fencing token went back: " + count.firstToken() + " … " + count.lastToken());
        }
        count.faults().forEach(fault -> story.concludes(false, fault));
        story.concludes(
                allEnded,
                allEnded ? "All processes have ended, and " + directory + " is removed" : "Some processes hang");
        return isGood;
    }

    // What happens

    private void tell(GroupEvent event) {
        if (event instanceof GroupEvent.Joined joining) {
            Member member = joining.member();
            story.tells(member.id() + " joined group \"" + GROUP + "\" (pid "
                    + member.capabilities().text("pid").orElse("?") + "); now "
                    + event.view().members().size());
        } else if (event instanceof GroupEvent.Left leaving) {
            story.tells(leaving.member().id() + " left group \"" + GROUP + "\"; now "
                    + event.view().members().size());
        }
    }

    private void tell(ElectionEvent event, long seenAt) {
        if (event instanceof ElectionEvent.Elected elected) {
            leader = Optional.of(elected.leader());
            leaderSeenAt = seenAt;
            story.tellsOfLeader(elected.leader().member() + " leads, term "
                    + elected.leader().term());
        } else {
            leader = Optional.empty();
        }
    }

    private void hear(String member, String[] line) {
        switch (line[0]) {
            case "joined" -> joined.add(member);
            case "ended" -> ended.add(member);
            case "takes" -> ledger.takes(member, Long.parseLong(line[1]), Long.parseLong(line[2]));
            case "refused" -> ledger.refused(member, Long.parseLong(line[1]), Long.parseLong(line[2]));
            case "wrote" -> {
                ledger.wrote(member, Long.parseLong(line[1]), Long.parseLong(line[2]));
                tellStep(member, Long.parseLong(line[1]), Long.parseLong(line[2]));
            }
            default -> {}
        }
    }

    /** A few steps as they come, then one a second. */
    private void tellStep(String member, long token, long to) {
        if (joined.size() < names.size()) {
            return;
        }
        long now = System.nanoTime();
        if (stepsToTell > 0 || now >= nextStepToldAt) {
            stepsToTell--;
            nextStepToldAt = now + TimeUnit.SECONDS.toNanos(1);
            story.tells(member + " ".repeat(Math.max(1, 6 - member.length())) + (to - 1) + " → " + to + "  (token "
                    + token + ")");
        }
    }

    // Time

    private static long inTime() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    private void playUntil(long deadline) throws InterruptedException {
        play(() -> false, deadline);
    }

    /** Lets things happen until the condition holds or the time has come; returns whether it holds. */
    private boolean play(BooleanSupplier condition, long deadline) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            Runnable event = left <= 0 ? null : events.poll(left, TimeUnit.NANOSECONDS);
            if (event == null) {
                return false;
            }
            event.run();
        }
        return true;
    }

    private DemoCounter.Value read() {
        try {
            return counter.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(DemoCounter.Value value) {
        try {
            counter.write(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** However it ended: no process is left. */
    @Override
    public void close() {
        processes.forEach(DemoProcess::kill);
        // What they use is deleted next.
        processes.forEach(DemoProcess::awaitEnd);
    }
}
