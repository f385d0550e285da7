package dev.conclave.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of several processes that want one lock; notes when it asked, when it had it and until when. */
final class Contention {
    private Contention() {}

    /**
     * Takes and gives up the lock for a while.
     *
     * @param holdMillis how long it keeps the lock each time: at 0, that two have it at once hardly shows
     */
    static Reply run(Mutex mutex, long nanos, int holdMillis) throws Exception {
        List<Long> asked = new ArrayList<>();
        List<Long> acquired = new ArrayList<>();
        List<Long> released = new ArrayList<>();
        long begin = System.nanoTime();
        long now = begin;
        while (now - begin < nanos) {
            asked.add(now);
            mutex.acquire();
            acquired.add(System.nanoTime());
            if (holdMillis > 0) {
                TimeUnit.MILLISECONDS.sleep(holdMillis);
            }
            released.add(System.nanoTime());
            mutex.release();
            now = System.nanoTime();
        }
        return new Reply().with("asked", asked).with("acquired", acquired).with("released", released);
    }
}
