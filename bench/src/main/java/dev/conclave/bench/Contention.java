package dev.conclave.bench;

import java.util.ArrayList;
import java.util.List;

/** One of several processes that want one lock; notes when it asked, when it got it and when it gave it up. */
final class Contention {
    private Contention() {}

    static Reply run(Mutex mutex, long nanos) throws Exception {
        List<Long> asked = new ArrayList<>();
        List<Long> acquired = new ArrayList<>();
        List<Long> released = new ArrayList<>();
        long begin = System.nanoTime();
        long now = begin;
        while (now - begin < nanos) {
            asked.add(now);
            mutex.acquire();
            acquired.add(System.nanoTime());
            released.add(System.nanoTime());
            mutex.release();
            now = System.nanoTime();
        }
        return new Reply().with("asked", asked).with("acquired", acquired).with("released", released);
    }
}
