package dev.conclave.faults.member;

import dev.conclave.Conclave;
import dev.conclave.ConclaveException;
import dev.conclave.Coordinator;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.HistoryWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The member. Obeys lines of standard input: {@code quiesce}, {@code conclude}, {@code close}; says {@code connected}, {@code concluded}, {@code closed} and every second
 * {@code totals} on standard output.
 */
public final class LoadMain {
    /** The group that all members are in. */
    public static final String GROUP = "crew";
    /** The election that all members are candidates of. */
    public static final String ELECTION = "captain";
    /** Locks that are only ever asked for exclusively. */
    public static final List<String> LOCKS = List.of("anchor", "bell", "compass");
    /** A lock that is shared most of the time. */
    public static final String SHARED_LOCK = "logbook";

    private static final int SHARED_PERCENT = 80;
    private static final long THREADS_END_SECONDS = 10;

    private final Orders orders;
    private final HistoryWriter history;
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private volatile boolean quiesced;
    private volatile boolean closing;

    private LoadMain(Orders orders) throws IOException {
        this.orders = orders;
        this.history = HistoryWriter.in(orders.folder(), orders.who());
    }

    /** See {@link Orders}. */
    public static void main(String[] args) throws Exception {
        LoadMain main = new LoadMain(Orders.parse(args));
        System.setOut(System.err);
        main.daemon("load-orders", main::listen);
        main.run();
    }

    /** From the first moment on: a member that cannot connect must not outlive the run either. */
    private void listen() {
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                .lines()
                .forEach(told::add);
        Runtime.getRuntime().halt(3);
    }

    private void run() throws InterruptedException {
        Coordinator coordinator = connect();
        history.write(new Event.Connected(""));
        out.println("connected");
        GroupLoad group = load(coordinator);
        while (true) {
            String order = told.take();
            switch (order) {
                case "quiesce" -> quiesced = true;
                case "conclude" -> {
                    group.conclude();
                    out.println("concluded");
                }
                case "close" -> close(coordinator);
                default -> throw new IllegalArgumentException("no such order: " + order);
            }
        }
    }

    private Coordinator connect() throws InterruptedException {
        while (true) {
            try {
                return Conclave.connect(orders.url(), orders.member());
            } catch (ConclaveException e) {
                history.write(new Event.Refused(e.toString()));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private GroupLoad load(Coordinator coordinator) {
        Claims claims = new Claims(orders, history);
        Interrupter interrupter = new Interrupter();
        for (int i = 1; i <= 2; i++) {
            start(
                    "load-locks-" + i,
                    chance -> new LockLoad(
                            coordinator, claims, interrupter, chance, orders.timeToLive(), LOCKS, 0, this::goesOn));
        }
        start(
                "load-shared",
                chance -> new LockLoad(
                        coordinator,
                        claims,
                        interrupter,
                        chance,
                        orders.timeToLive(),
                        List.of(SHARED_LOCK),
                        SHARED_PERCENT,
                        this::goesOn));
        start(
                "load-election",
                chance -> new ElectionLoad(coordinator, claims, chance, orders.timeToLive(), ELECTION, this::goesOn));
        GroupLoad group = new GroupLoad(
                coordinator, claims, new Chance(orders, "load-group"), orders.timeToLive(), GROUP, this::goesOn);
        daemon("load-group", group);
        daemon("load-beliefs", () -> claims.askForever(group::look));
        daemon("load-totals", () -> tellTotals(claims));
        return group;
    }

    private boolean goesOn() {
        return !quiesced;
    }

    /** A thread of load that does its things by chance. */
    @FunctionalInterface
    private interface Load {
        Runnable by(Chance chance);
    }

    private void start(String name, Load load) {
        daemon(name, load.by(new Chance(orders, name)));
    }

    /** An exception here is a mistake of the load's, or the run is over. */
    private void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((failed, e) -> {
            if (!closing) {
                e.printStackTrace();
                Runtime.getRuntime().halt(4);
            }
        });
        thread.start();
    }

    private void tellTotals(Claims claims) {
        while (true) {
            out.println("totals " + claims.totals());
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private void close(Coordinator coordinator) {
        closing = true;
        try {
            coordinator.close();
            history.write(new Event.Closed());
        } catch (RuntimeException e) {
            history.write(new Event.Failed("closing", e.getClass().getSimpleName()));
            e.printStackTrace();
        }
        history.write(new Event.Residue(Event.Residue.threadsOf(orders.who()), threadsThatStay(), 0));
        out.println("closed");
    }

    /** How many of Conclave's threads stay; that which releases leaked grants stays on purpose. */
    private static long threadsThatStay() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(THREADS_END_SECONDS);
        List<String> names = ours();
        while (!names.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            names = ours();
        }
        names.forEach(name -> System.err.println("this thread is still there: " + name));
        return names.size();
    }

    private static List<String> ours() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> (name.startsWith("conclave-") && !name.equals("conclave-leaks"))
                        || name.contains("-SendThread(")
                        || name.endsWith("-EventThread"))
                .toList();
    }
}
