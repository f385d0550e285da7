package dev.conclave.bench;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.Lock;
import dev.conclave.Subscription;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The file driver beside the kernel's own file lock, which is its floor and what a Java program would
 * use without a library. Prints a table in Markdown:
 *
 * <pre>
 *   mvn -q -pl cli,bench -am package -DskipTests
 *   java -cp "bench/target/classes:cli/target/lib/*" dev.conclave.bench.FileBench
 * </pre>
 *
 * <p>Both sides run in turn, several rounds each, so that a drift of the machine's speed meets both.
 */
public final class FileBench {
    private static final int ROUNDS = 5;
    private static final int PROCESSES = 4;
    private static final int KILLS = 20;
    private static final Duration ROUND = Duration.ofSeconds(2);
    private static final Duration CONTENDED_ROUND = Duration.ofSeconds(4);

    private FileBench() {}

    /** Runs all, or with arguments one member of a contended run. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            member(args[0], Path.of(args[1]), args[2]);
            return;
        }
        Path directory = Files.createTempDirectory("conclave-bench");
        try {
            System.out.println("| file | conclave: median (least to most) | FileChannel lock | ratio |");
            System.out.println("|---|---|---|---|");
            uncontended(directory);
            contended(directory);
            kills(directory);
        } finally {
            Processes.deleteTree(directory);
        }
    }

    private static void uncontended(Path directory) throws Exception {
        Path plain = directory.resolve("plain-lock");
        List<Double> ours = new ArrayList<>();
        List<Double> floor = new ArrayList<>();
        try (Coordinator coordinator = Conclave.connect("file:" + directory.resolve("store"), "bench");
                FileChannel channel = open(plain)) {
            Lock lock = coordinator.lock("bench");
            for (int round = 0; round < ROUNDS + 1; round++) {
                double conclave = cyclesPerSecond(() -> lock.acquire().release());
                double kernel = cyclesPerSecond(() -> channel.tryLock().release());
                // The first round warms both up.
                if (round > 0) {
                    ours.add(conclave);
                    floor.add(kernel);
                }
            }
        }
        row("uncontended acquire + release, cycles/s", ours, floor);
    }

    private interface Cycle {
        void run() throws IOException, InterruptedException;
    }

    private static double cyclesPerSecond(Cycle cycle) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long cycles = 0;
        while (System.nanoTime() - begin < ROUND.toNanos()) {
            for (int i = 0; i < 100; i++) {
                cycle.run();
            }
            cycles += 100;
        }
        return cycles * 1e9 / (System.nanoTime() - begin);
    }

    private static void contended(Path directory) throws Exception {
        List<Contended> ours = new ArrayList<>();
        List<Contended> floor = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ours.add(contendedRound("conclave", directory));
            floor.add(contendedRound("plain", directory));
        }
        row(
                PROCESSES + " processes on one lock, acquisitions/s",
                ours.stream().map(Contended::perSecond).toList(),
                floor.stream().map(Contended::perSecond).toList());
        row(
                "… least / most of the four",
                ours.stream().map(Contended::evenness).toList(),
                floor.stream().map(Contended::evenness).toList());
        row(
                "… longest wait, ms",
                ours.stream().map(Contended::longestWaitMillis).toList(),
                floor.stream().map(Contended::longestWaitMillis).toList());
    }

    private record Contended(double perSecond, double evenness, double longestWaitMillis) {}

    private static Contended contendedRound(String kind, Path directory) throws Exception {
        List<Process> members = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            members.add(Processes.java(FileBench.class, kind, directory.toString(), "member-" + i));
        }
        for (Process member : members) {
            Processes.expect(member, "ready");
        }
        for (Process member : members) {
            Processes.send(member, "go");
        }
        List<Long> counts = new ArrayList<>();
        long longest = 0;
        for (Process member : members) {
            String[] result = Processes.readLine(member).split(" ", 2);
            counts.add(Long.parseLong(result[0]));
            longest = Math.max(longest, Long.parseLong(result[1]));
            member.waitFor();
        }
        long sum = counts.stream().mapToLong(Long::longValue).sum();
        long least = counts.stream().mapToLong(Long::longValue).min().orElseThrow();
        long most = counts.stream().mapToLong(Long::longValue).max().orElseThrow();
        return new Contended(sum * 1e9 / CONTENDED_ROUND.toNanos(), (double) least / most, longest / 1e6);
    }

    private static void member(String kind, Path directory, String name) throws Exception {
        switch (kind) {
            case "conclave" -> {
                try (Coordinator coordinator = Conclave.connect("file:" + directory.resolve("store"), name)) {
                    Lock lock = coordinator.lock("contended");
                    hammer(lock::acquire, Grant::release);
                }
            }
            case "plain" -> {
                try (FileChannel channel = open(directory.resolve("plain-contended"))) {
                    hammer(channel::lock, FileLock::release);
                }
            }
            case "hold" -> {
                try (Coordinator coordinator = Conclave.connect("file:" + directory.resolve("store"), name)) {
                    coordinator.group("killed").join();
                    Grant grant = coordinator.lock("killed").acquire();
                    System.out.println("ready");
                    grant.lost().join();
                }
            }
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private interface Acquire<T> {
        T run() throws IOException, InterruptedException;
    }

    private interface Release<T> {
        void run(T held) throws IOException;
    }

    private static <T> void hammer(Acquire<T> acquire, Release<T> release) throws IOException, InterruptedException {
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        long begin = System.nanoTime();
        long count = 0;
        long longest = 0;
        long now = begin;
        while (now - begin < CONTENDED_ROUND.toNanos()) {
            T held = acquire.run();
            longest = Math.max(longest, System.nanoTime() - now);
            release.run(held);
            count++;
            now = System.nanoTime();
        }
        System.out.println(count + " " + longest);
    }

    private static void kills(Path directory) throws Exception {
        List<Double> lockAfter = new ArrayList<>();
        List<Double> leftAfter = new ArrayList<>();
        try (Coordinator survivor = Conclave.connect("file:" + directory.resolve("store"), "survivor")) {
            survivor.group("killed").join();
            for (int i = 0; i < KILLS; i++) {
                oneKill(directory, survivor, "victim-" + i, lockAfter, leftAfter);
            }
        }
        row("holder kill -9 → waiter has the lock, ms (" + KILLS + " kills)", lockAfter, List.of());
        row("member kill -9 → survivor is told, ms (" + KILLS + " kills)", leftAfter, List.of());
    }

    private static void oneKill(
            Path directory, Coordinator survivor, String victim, List<Double> lockAfter, List<Double> leftAfter)
            throws Exception {
        Process process = Processes.java(FileBench.class, "hold", directory.toString(), victim);
        Processes.expect(process, "ready");
        CompletableFuture<Long> seen = new CompletableFuture<>();
        CompletableFuture<Grant> waiting = survivor.lock("killed").async().acquire();
        CompletableFuture<Long> granted = waiting.thenApply(grant -> System.nanoTime());
        CompletableFuture<Void> watching = new CompletableFuture<>();
        Subscription watch = survivor.group("killed").watch(event -> {
            watching.complete(null);
            if (event instanceof GroupEvent.Left left && left.member().id().equals(victim)) {
                seen.complete(System.nanoTime());
            }
        });
        watching.get(10, TimeUnit.SECONDS);
        long killed = System.nanoTime();
        process.destroyForcibly();
        lockAfter.add((granted.get(30, TimeUnit.SECONDS) - killed) / 1e6);
        leftAfter.add((seen.get(30, TimeUnit.SECONDS) - killed) / 1e6);
        watch.close();
        waiting.join().release();
        process.waitFor();
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void row(String what, List<Double> ours, List<Double> floor) {
        String ratio = floor.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", median(ours) / median(floor));
        System.out.printf("| %s | %s | %s | %s |%n", what, spread(ours), spread(floor), ratio);
    }

    private static String spread(List<Double> values) {
        if (values.isEmpty()) {
            return "";
        }
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%s (%s to %s)",
                figure(median(values)),
                figure(sorted.get(0)),
                figure(sorted.get(sorted.size() - 1)));
    }

    private static String figure(double value) {
        return value >= 1_000 ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.2f", value);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
