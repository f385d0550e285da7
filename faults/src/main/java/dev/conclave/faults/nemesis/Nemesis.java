package dev.conclave.faults.nemesis;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.HistoryWriter;
import dev.conclave.faults.sites.Site;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Carries out a plan: each fault on a thread of its own, begun when it is time, and ended again. */
public final class Nemesis implements AutoCloseable {
    private static final int THREADS = 24;
    /** How long it may take until a server that is being started again can be left alone. */
    private static final long LETTING_GO_SECONDS = 30;

    private final Plan plan;
    private final HistoryWriter history;
    private final Breaker breaker;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "nemesis");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, ReentrantLock> victims = new ConcurrentHashMap<>();
    private final Map<Kind, AtomicLong> done = new ConcurrentSkipListMap<>();
    private final Set<Fault> underWay = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    /** Prepares to break what a site and its members are made of. */
    public Nemesis(Plan plan, Site site, List<MemberJvm> members, HistoryWriter history) {
        this.plan = plan;
        this.history = history;
        this.breaker = new Breaker(site, members);
    }

    /** Begins; completes when all faults have ended, or exceptionally as soon as one could not be done. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails goes to the future that is returned
    public CompletableFuture<Void> start() {
        CompletableFuture<?>[] ends = plan.faults().stream()
                .map(fault -> {
                    CompletableFuture<Void> end = new CompletableFuture<>();
                    threads.schedule(() -> strike(fault, end), fault.start().toMillis(), TimeUnit.MILLISECONDS);
                    return end;
                })
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends).whenComplete((none, e) -> failure.complete(null));
        return failure;
    }

    private void strike(Fault fault, CompletableFuture<Void> end) {
        ReentrantLock victim = victims.computeIfAbsent(fault.victim(), name -> new ReentrantLock());
        try {
            victim.lockInterruptibly();
            try {
                underWay.add(fault);
                inflict(fault);
            } finally {
                underWay.remove(fault);
                victim.unlock();
            }
            end.complete(null);
        } catch (Throwable e) { // an Error, too, must not vanish with its thread
            failure.completeExceptionally(new IllegalStateException("could not do " + fault, e));
        }
    }

    private void inflict(Fault fault) throws Exception {
        Map<String, String> details = new TreeMap<>(fault.details());
        details.put("planned", Long.toString(fault.length().toMillis()));
        long began = System.nanoTime();
        Breaker.Remedy remedy = breaker.breakIt(fault, details);
        history.write(began, new Event.FaultBegan(fault.id(), fault.kind().label(), fault.target(), details));
        sleepUntil(began + fault.length().toNanos());
        remedy.apply();
        history.write(new Event.FaultEnded(fault.id()));
        done.computeIfAbsent(fault.kind(), kind -> new AtomicLong()).incrementAndGet();
    }

    private static void sleepUntil(long time) throws InterruptedException {
        long left = time - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    /** How many faults of each kind are over. */
    public Map<String, Long> done() {
        Map<String, Long> counts = new TreeMap<>();
        done.forEach((kind, count) -> counts.put(kind.label(), count.get()));
        return counts;
    }

    /** The faults that last. */
    public List<Fault> underWay() {
        return List.copyOf(underWay);
    }

    /** Leaves things as they are: when this returns, nothing is broken or mended any more. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        if (!threads.awaitTermination(LETTING_GO_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("these faults do not let go: " + underWay());
        }
    }
}
