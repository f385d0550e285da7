package dev.conclave.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fixed number of waiters behind one holder: whoever has held the lock for a moment gives it up and queues
 * again. The waiters are spread over up to ten clients, since in life they are many processes.
 */
final class Turns implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int MOST_CLIENTS = 10;

    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final int holdMillis;
    private final AtomicLong releases = new AtomicLong();
    private final ConcurrentLinkedQueue<Long> handOvers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile long releasedAt;
    private volatile boolean ending;

    Turns(Contestant contestant, String name, String url, String member, int waiters, int holdMillis) throws Exception {
        this.holdMillis = holdMillis;
        for (int i = 0; i < Math.min(waiters + 1, MOST_CLIENTS); i++) {
            clients.add(contestant.open(url, member + "-" + i));
        }
        for (int i = 0; i <= waiters; i++) {
            Mutex mutex = clients.get(i % clients.size()).mutex(name);
            threads.add(new Thread(() -> takeTurns(mutex), "waiter-" + i));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    private void takeTurns(Mutex mutex) {
        try (mutex) {
            while (!ending) {
                mutex.acquire();
                long acquired = System.nanoTime();
                if (releasedAt != 0) {
                    handOvers.add(acquired - releasedAt);
                }
                TimeUnit.MILLISECONDS.sleep(holdMillis);
                releasedAt = System.nanoTime();
                mutex.release();
                releases.incrementAndGet();
            }
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    /** Counts for a while, and on until there is anything, if the machine stood still meanwhile: the figures are by the release. */
    Reply count(long nanos) throws Exception {
        handOvers.clear();
        long before = releases.get();
        long start = System.nanoTime();
        do {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } while ((releases.get() == before || handOvers.isEmpty())
                && failures.isEmpty()
                && System.nanoTime() - start < PATIENCE_NANOS);
        Throwable failure = failures.peek();
        if (failure != null) {
            throw new ExecutionException(failure);
        }
        return new Reply().with("releases", releases.get() - before).with("hand-overs", new ArrayList<>(handOvers));
    }

    /** Lets each have one more turn, as otherwise whoever waits would have to be interrupted. */
    @Override
    public void close() throws Exception {
        ending = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        }
        for (Client client : clients) {
            client.close();
        }
    }
}
