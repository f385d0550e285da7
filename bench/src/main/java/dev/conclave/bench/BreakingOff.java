package dev.conclave.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run tidy up that is ended by SIGINT or SIGTERM: the thread that runs is interrupted, what it waits for is ended, and the JVM
 * lives until it has tidied up as it does at any other end. Without, kernel objects and folders would stay.
 */
final class BreakingOff implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final long AGAIN_MILLIS = 100;

    private final Thread runner = Thread.currentThread();
    private final CountDownLatch tidy = new CountDownLatch(1);
    private final Thread hook = new Thread(this::breakOff, "breaking-off");

    /** From now on, of the thread that calls. */
    BreakingOff() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void breakOff() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        runner.interrupt();
        try {
            do {
                // Reading a worker's answer is not interruptible; it ends with the worker. One may just be starting.
                ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            } while (!tidy.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline);
        } catch (InterruptedException e) {
            // Nobody interrupts a hook; if somebody did, the JVM would end at once, as was asked for.
        }
    }

    /** Says that all is tidied up. */
    @Override
    public void close() {
        tidy.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down, and has waited for this.
        }
    }
}
