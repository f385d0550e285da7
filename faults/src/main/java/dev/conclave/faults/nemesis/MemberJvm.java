package dev.conclave.faults.nemesis;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.member.LoadMain;
import dev.conclave.faults.member.Orders;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.kit.process.JavaCommand;
import dev.conclave.kit.process.ProcessSignals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** One member: its present process, its clock, and its own proxies to the servers. Only its faults are mutually exclusive; else thread-safe. */
public final class MemberJvm implements AutoCloseable {
    private final IntFunction<Orders> orders;
    private final String id;
    private final List<TcpProxy> proxies;
    private final Optional<FakeTime> clock;
    private final Path log;
    private int run;
    private volatile Incarnate process;
    private long packets;
    private long connects;
    private long countedAt = System.nanoTime();
    private volatile Totals ended = Totals.NONE;

    /** What a member counted. */
    public record Totals(long granted, long lost, long failed) {
        /** Nothing. */
        public static final Totals NONE = new Totals(0, 0, 0);

        /** The sum. */
        public Totals plus(Totals other) {
            return new Totals(granted + other.granted, lost + other.lost, failed + other.failed);
        }
    }

    /** A process of the member. */
    private static final class Incarnate {
        private final Process process;
        private final String who;
        private final CompletableFuture<Void> connected = new CompletableFuture<>();
        private final CompletableFuture<Void> concluded = new CompletableFuture<>();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final Path log;
        private volatile Totals totals = Totals.NONE;

        Incarnate(Process process, String who, Path log) {
            this.process = process;
            this.who = who;
            this.log = log;
            Thread reader = new Thread(this::read, "reader-" + who);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                String line;
                while ((line = lines.readLine()) != null) {
                    hear(line);
                }
            } catch (IOException e) {
                // The process was killed.
            }
        }

        private void hear(String line) throws IOException {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "connected" -> connected.complete(null);
                case "concluded" -> concluded.complete(null);
                case "closed" -> closed.complete(null);
                case "totals" ->
                    totals = new Totals(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
                // The JVM's own words, such as its threads when it is asked for them.
                default -> Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
    }

    /**
     * Prepares a member that is not started yet.
     *
     * @param orders for its process of that number
     */
    public MemberJvm(
            IntFunction<Orders> orders, String id, List<TcpProxy> proxies, Optional<FakeTime> clock, Path log) {
        this.orders = orders;
        this.id = id;
        this.proxies = List.copyOf(proxies);
        this.clock = clock;
        this.log = log;
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** The name of its present process in the history. */
    public String who() {
        return process.who;
    }

    /** Its proxies, one for each server. */
    public List<TcpProxy> proxies() {
        return proxies;
    }

    /** Its clock. */
    FakeTime clock() {
        return clock.orElseThrow();
    }

    /** Starts its next process. */
    public void start() throws IOException {
        Orders next = orders.apply(++run);
        ProcessBuilder builder = JavaCommand.of(LoadMain.class, next.arguments().toArray(new String[0]))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        clock.ifPresent(fake -> builder.environment().putAll(fake.environment()));
        process = new Incarnate(builder.start(), next.who(), log);
    }

    /** Stops the process where it stands, and sees that it does. */
    void pause() throws Exception {
        ProcessSignals signals = new ProcessSignals(pid());
        signals.send("STOP");
        signals.awaitStopped();
    }

    /** Lets it go on. */
    void resume() throws Exception {
        new ProcessSignals(pid()).send("CONT");
    }

    /** Kills the process, and returns when it is gone. */
    public void kill() throws IOException {
        Incarnate victim = process;
        victim.process.destroyForcibly().onExit().join();
        ended = ended.plus(victim.totals);
        victim.totals = Totals.NONE;
        FakeTime.forget(victim.process.pid());
    }

    long pid() {
        return process.process.pid();
    }

    /** Whether the process runs. */
    public boolean isAlive() {
        return process.process.isAlive();
    }

    /** Waits until the present process is connected. */
    public boolean awaitConnected(Duration patience) throws Exception {
        return await(process.connected, patience);
    }

    /** Waits until it has said who owns what. */
    public boolean awaitConcluded(Duration patience) throws Exception {
        return await(process.concluded, patience);
    }

    /** Has it close its coordinator, and waits until it has. */
    public boolean awaitClosed(Duration patience) throws Exception {
        tell("close");
        boolean closed = await(process.closed, patience);
        if (!closed && isAlive()) {
            new ProcessSignals(pid()).send("QUIT"); // has the JVM print its threads
        }
        return closed;
    }

    private static boolean await(CompletableFuture<Void> future, Duration patience) throws Exception {
        try {
            future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Gives an order; see {@link LoadMain}. */
    public void tell(String order) throws IOException {
        synchronized (this) {
            process.process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
            process.process.getOutputStream().flush();
        }
    }

    /** How many connections of the member stand. */
    public long connections() {
        return proxies.stream().mapToLong(TcpProxy::connections).sum();
    }

    /** What went to the backend since this was last asked; empty where nothing can be counted. */
    public Optional<Event.Traffic> traffic() {
        if (proxies.isEmpty()) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        long packetsNow = proxies.stream().mapToLong(TcpProxy::packets).sum();
        long connectsNow = proxies.stream().mapToLong(TcpProxy::connects).sum();
        long millis = TimeUnit.NANOSECONDS.toMillis(now - countedAt);
        Event.Traffic traffic = new Event.Traffic(id, packetsNow - packets, connectsNow - connects, millis);
        countedAt = now;
        packets = packetsNow;
        connects = connectsNow;
        return Optional.of(traffic);
    }

    /** What all its processes counted so far. */
    public Totals totals() {
        return ended.plus(process.totals);
    }

    /** Kills the process, if there is one, and removes what it leaves. */
    @Override
    public void close() throws IOException {
        if (process != null) {
            kill();
        }
        for (TcpProxy proxy : proxies) {
            proxy.close();
        }
    }
}
