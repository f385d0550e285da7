package dev.conclave.bench;

import dev.conclave.bench.peers.Contestants;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One contestant in a JVM of its own, so that its threads, CPU time and garbage are its own. It is told on
 * its standard input what to do, a command a line, and answers each with a line. Times are {@code
 * System.nanoTime()}, which on Linux all processes of a machine share.
 */
public final class Worker {
    private final Contestant contestant;
    private final String url;
    private final String member;
    private final int threadsBefore;
    private final Client client;
    private final Map<String, Mutex> mutexes = new HashMap<>();
    private final Map<String, Candidate> candidates = new HashMap<>();
    private final Map<String, Roster> rosters = new HashMap<>();
    private final Map<String, BlockingQueue<Long>> seen = new ConcurrentHashMap<>();
    private final List<Roster> watchers = new ArrayList<>();
    private final List<Client> others = new ArrayList<>();
    private Turns turns;
    private int held;

    private Worker(Contestant contestant, String url, String member) throws Exception {
        this.contestant = contestant;
        this.url = url;
        this.member = member;
        this.threadsBefore = threads();
        this.client = contestant.open(url, member);
    }

    /** Arguments: backend, contestant, URL, member id. */
    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        // What a library prints is not an answer.
        System.setOut(System.err);
        try {
            Contestant contestant = Contestants.named(Backend.valueOf(args[0]), args[1]);
            // Its thread is the benchmark's own: it is there before threads are counted first.
            BlockingQueue<String> commands = commands();
            Worker worker = new Worker(contestant, args[2], args[3]);
            answers.println(new Reply().toLine());
            worker.serve(commands, answers);
        } catch (Throwable e) {
            e.printStackTrace();
            answers.println(Reply.failed(e).toLine());
        }
        // Some libraries leave threads behind that would keep the JVM.
        Runtime.getRuntime().halt(0);
    }

    private void serve(BlockingQueue<String> commands, PrintStream answers) throws Exception {
        while (true) {
            String line = commands.take();
            if (line.equals("end")) {
                end();
                return;
            }
            Reply reply;
            try {
                reply = obey(List.of(line.split(" ", -1)));
            } catch (Throwable e) {
                // Memory that is short or a class that is missing ends this contestant, not the benchmark.
                e.printStackTrace();
                reply = Reply.failed(e);
            }
            answers.println(reply.toLine());
        }
    }

    /** Read ahead, so that this JVM ends with the benchmark even while a command waits for something. */
    private static BlockingQueue<String> commands() {
        BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        Thread reader = new Thread(
                () -> {
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                            .lines()
                            .forEach(commands::add);
                    Runtime.getRuntime().halt(1);
                },
                "commands");
        reader.setDaemon(true);
        reader.start();
        return commands;
    }

    private Reply obey(List<String> words) throws Exception {
        String name = words.size() > 1 ? words.get(1) : "";
        return switch (words.get(0)) {
            case "cycle" -> cycle(Integer.parseInt(name), seconds(words.get(2)));
            case "contend" -> Contention.run(mutex(name), seconds(words.get(2)), Integer.parseInt(words.get(3)));
            case "turns" -> startTurns(Integer.parseInt(name), Integer.parseInt(words.get(2)));
            case "count-turns" -> turns.count(seconds(name));
            case "end-turns" -> endTurns();
            case "acquire" -> acquire(name);
            case "release" -> release(name);
            case "hold" -> hold(Integer.parseInt(name));
            case "threads" ->
                new Reply().with("threads", threads() - threadsBefore).with("ours", ours());
            case "campaign" -> campaign(name);
            case "await-leadership" -> awaitLeadership(name);
            case "step-down" -> stepDown(name);
            case "watch" -> watch(name, Integer.parseInt(words.get(2)));
            case "crowd" -> crowd(name, Integer.parseInt(words.get(2)));
            case "join" -> join(name);
            case "leave" -> leave(name);
            case "await-joined", "await-left" ->
                new Reply().with("at", awaitSeen(words.get(0), name, Integer.parseInt(words.get(2))));
            default -> throw new IllegalArgumentException("unknown command " + words);
        };
    }

    /** Contestants on one server share names: what one left behind in a crash must not be in the way of another. */
    private String own(String name) {
        return contestant.name() + "-" + name;
    }

    private Reply cycle(int threads, long nanos) throws Exception {
        List<Mutex> each = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            each.add(client.mutex(own("cycle-" + i)));
        }
        return Cycles.run(each, nanos);
    }

    private static long seconds(String text) {
        return (long) (Double.parseDouble(text) * 1e9);
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(Worker::isOurs)
                .count();
    }

    /** Whether a thread is one of a coordinator of ours, by its name. */
    static boolean isOurs(String thread) {
        // There is one of these in a JVM, however many coordinators.
        return thread.startsWith("conclave-") && !thread.equals("conclave-leaks");
    }

    private Mutex mutex(String name) throws Exception {
        return opened(mutexes, name, client::mutex);
    }

    private Candidate candidate(String name) throws Exception {
        return opened(candidates, name, client::candidate);
    }

    private Roster roster(String name) throws Exception {
        return opened(rosters, name, client::roster);
    }

    /** A handle that is opened when first asked for. */
    private <T> T opened(Map<String, T> all, String name, Opening<T> opening) throws Exception {
        T handle = all.get(name);
        if (handle == null) {
            handle = opening.open(own(name));
            all.put(name, handle);
        }
        return handle;
    }

    @FunctionalInterface
    private interface Opening<T> {
        T open(String name) throws Exception;
    }

    private Reply startTurns(int waiters, int holdMillis) throws Exception {
        turns = new Turns(contestant, own("turns-" + waiters), url, member, waiters, holdMillis);
        turns.start();
        return new Reply();
    }

    private Reply endTurns() throws Exception {
        turns.close();
        return new Reply();
    }

    private Reply acquire(String name) throws Exception {
        mutex(name).acquire();
        return now();
    }

    private Reply release(String name) throws Exception {
        Reply reply = now();
        mutex(name).release();
        return reply;
    }

    /** Until that many are held. */
    private Reply hold(int count) throws Exception {
        while (held < count) {
            mutex("held-" + held++).acquire();
        }
        return new Reply();
    }

    private Reply campaign(String name) throws Exception {
        candidate(name).campaign();
        return new Reply();
    }

    private Reply awaitLeadership(String name) throws Exception {
        candidate(name).awaitLeadership();
        return now();
    }

    private Reply stepDown(String name) throws Exception {
        Reply reply = now();
        candidate(name).stepDown();
        return reply;
    }

    /** Until that many clients of this process watch; the first is the one that all else is done with. */
    private Reply watch(String group, int watching) throws Exception {
        long begin = System.nanoTime();
        while (watchers.size() < watching) {
            Roster roster = watchers.isEmpty() ? roster(group) : another().roster(own(group));
            watchers.add(roster);
            watch(roster);
        }
        return new Reply().with("nanos", System.nanoTime() - begin);
    }

    private Client another() throws Exception {
        Client another = contestant.open(url, member + "-" + others.size());
        others.add(another);
        return another;
    }

    private void watch(Roster roster) throws Exception {
        roster.watch(new Roster.Listener() {
            @Override
            public void joined(String who) {
                saw("await-joined", who);
            }

            @Override
            public void left(String who) {
                saw("await-left", who);
            }
        });
    }

    private Reply crowd(String group, int members) throws Exception {
        client.crowd(own(group), members);
        return new Reply();
    }

    private BlockingQueue<Long> sightings(String what, String who) {
        return seen.computeIfAbsent(what + " " + who, key -> new LinkedBlockingQueue<>());
    }

    private void saw(String what, String who) {
        sightings(what, who).add(System.nanoTime());
    }

    /** When the last of so many watchers saw it. */
    private long awaitSeen(String what, String who, int watching) throws InterruptedException {
        long last = sightings(what, who).take();
        for (int i = 1; i < watching; i++) {
            last = Math.max(last, sightings(what, who).take());
        }
        return last;
    }

    private Reply join(String group) throws Exception {
        Roster roster = roster(group);
        Reply reply = now();
        roster.join();
        return reply;
    }

    private Reply leave(String group) throws Exception {
        Reply reply = now();
        roster(group).leave();
        return reply;
    }

    private static Reply now() {
        return new Reply().with("at", System.nanoTime());
    }

    private void end() throws Exception {
        // The first of the watchers is a roster too.
        Set<AutoCloseable> all = new LinkedHashSet<>(candidates.values());
        all.addAll(rosters.values());
        all.addAll(watchers);
        all.addAll(mutexes.values());
        all.addAll(others);
        all.add(client);
        for (AutoCloseable each : all) {
            each.close();
        }
    }
}
