package dev.conclave.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Acquires and releases over and over, each thread its own name. */
final class Cycles {
    private Cycles() {}

    /** Runs a thread for each of them, and closes them. */
    static Reply run(List<Mutex> mutexes, long nanos) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(mutexes.size());
        try {
            return run(mutexes, executor, nanos);
        } finally {
            executor.shutdown();
            for (Mutex mutex : mutexes) {
                mutex.close();
            }
        }
    }

    private static Reply run(List<Mutex> mutexes, ExecutorService executor, long nanos) throws Exception {
        // Read when all are there and none has begun.
        long[] begun = new long[2];
        CyclicBarrier start = new CyclicBarrier(mutexes.size(), () -> {
            begun[0] = System.nanoTime();
            begun[1] = cpuNanos();
        });
        List<Future<Long>> counts = new ArrayList<>();
        for (Mutex mutex : mutexes) {
            counts.add(executor.submit(() -> {
                start.await();
                return cycles(mutex, nanos);
            }));
        }
        long cycles = 0;
        for (Future<Long> count : counts) {
            cycles += count.get();
        }
        return new Reply()
                .with("cycles", cycles)
                .with("nanos", System.nanoTime() - begun[0])
                .with("cpu", cpuNanos() - begun[1]);
    }

    private static long cycles(Mutex mutex, long nanos) throws Exception {
        long begin = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - begin < nanos) {
            mutex.acquire();
            mutex.release();
            count++;
        }
        return count;
    }

    /** Of all threads of this JVM, the collector's and the compiler's too. */
    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
