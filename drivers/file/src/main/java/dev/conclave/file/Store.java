package dev.conclave.file;

import dev.conclave.BackendUnavailableException;
import dev.conclave.MisconfiguredException;
import dev.conclave.table.Table;
import dev.conclave.table.Wake;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store as this process has it open, for all coordinators that use it.
 *
 * <p>Steps are queued. A thread that queues one does what is queued, if no other thread of this process does
 * so and no other process is in the mutex; so steps of many threads share a turn. Otherwise the one thread of
 * the store does it, which may wait for the mutex.
 */
final class Store {
    private static final long PID = ProcessHandle.current().pid();
    /** How many steps are done in one turn in the mutex; other processes want it too. */
    private static final int TURN = 64;
    /** After so many turns for others, a caller leaves the rest to the store's thread. */
    private static final int TURNS = 4;
    /** How often the mutex is asked for before the store's thread waits for it; a turn is short. */
    private static final int ATTEMPTS = 8;

    private static final long PATIENCE_MILLIS = 2_000;

    private final StoreFiles files;
    private final Object identity;
    private final Table table;
    private final Doorbells doorbells;
    private final Thread thread;
    private final ReentrantLock local = new ReentrantLock();
    private final Queue<Task<?>> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Task<?>> slowQueue = new ConcurrentLinkedQueue<>();
    private final Set<FileDriver> drivers = new CopyOnWriteArraySet<>();
    private volatile boolean handedOver;
    private volatile boolean closing;
    private volatile boolean closed;
    private volatile boolean deathSuspected;

    private Store(StoreFiles files, Object identity) throws IOException {
        this.files = files;
        this.identity = identity;
        this.table = files.table();
        this.doorbells = new Doorbells(files.sockets(), this::wakeDrivers, this::suspectDeath);
        this.thread = new Thread(this::serve, "conclave-file-" + files.path().getFileName());
        thread.setDaemon(true);
    }

    /** Opens a store that is not open in this process. May wait for the mutex. */
    static Store open(StoreDirectory directory, Duration patience) throws IOException {
        StoreFiles files = StoreFiles.open(directory, patience);
        try {
            Store store = new Store(files, directory.identity());
            store.listen();
            store.thread.start();
            return store;
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private void listen() throws IOException {
        try {
            doorbells.listen(table.self());
        } catch (IOException | RuntimeException e) {
            doorbells.close();
            throw e;
        }
    }

    /** What identifies its directory. */
    Object identity() {
        return identity;
    }

    Path path() {
        return files.path();
    }

    Set<FileDriver> drivers() {
        return drivers;
    }

    /** Fails if the directory was removed under us: others would meet in a new one. */
    void requireInPlace() {
        try {
            if (files.areInPlace()) {
                return;
            }
        } catch (IOException e) {
            // It is not there, which is the same.
        }
        throw new MisconfiguredException("the store " + path() + " was deleted or replaced while it was in use; others"
                + " meet in a new one now. Never delete it while members run, and restart them all");
    }

    /** Does a step that touches only memory, on this thread if it can be done at once. */
    <T> CompletableFuture<T> step(Function<Table, T> step) {
        Task<T> task = new Task<>(step);
        queue.add(task);
        work();
        if (closed) {
            failRest();
        }
        return task.future();
    }

    /** Does a step that may write to the disk, on the store's thread. */
    <T> CompletableFuture<T> slowStep(Function<Table, T> step) {
        Task<T> task = new Task<>(step);
        slowQueue.add(task);
        doorbells.wakeUp();
        if (closed) {
            failRest();
        }
        return task.future();
    }

    private void work() {
        // Who cannot get the lock leaves the work to who has it, and who gives it back looks again.
        for (int turn = 0; !queue.isEmpty() && !handedOver && local.tryLock(); turn++) {
            List<Task<?>> done = new ArrayList<>();
            List<Wake> wakes;
            try {
                wakes = quickTurn(done, turn);
            } finally {
                local.unlock();
            }
            tell(done, wakes);
        }
    }

    private List<Wake> quickTurn(List<Task<?>> done, int turn) {
        @Nullable FileLock lock = null;
        try {
            lock = closing ? null : tryMutex();
            if (lock == null) {
                handOver();
                return List.of();
            }
            table.enter(PID);
            if (table.isMaintenanceNeeded()) {
                handOver();
                return List.of();
            }
            sweep();
            attempt(queue, done);
            if (table.isMaintenanceDue() || (turn == TURNS && !queue.isEmpty())) {
                handOver();
            }
        } catch (IOException | RuntimeException | Error e) {
            fail(queue, done, e);
        } finally {
            leave(lock);
        }
        return table.wakes();
    }

    private @Nullable FileLock tryMutex() throws IOException {
        @Nullable FileLock lock = files.tryMutex();
        for (int i = 1; lock == null && i < ATTEMPTS; i++) {
            Thread.onSpinWait();
            lock = files.tryMutex();
        }
        return lock;
    }

    private void handOver() {
        handedOver = true;
        doorbells.wakeUp();
    }

    private void attempt(Queue<Task<?>> tasks, List<Task<?>> done) {
        for (int i = 0; i < TURN; i++) {
            Task<?> task = tasks.poll();
            if (task == null) {
                return;
            }
            done.add(task);
            task.attempt(table);
        }
    }

    private static void fail(Queue<Task<?>> tasks, List<Task<?>> done, Throwable reason) {
        for (Task<?> task = tasks.poll(); task != null; task = tasks.poll()) {
            task.fail(reason);
            done.add(task);
        }
    }

    private void leave(@Nullable FileLock lock) {
        if (lock != null) {
            try {
                lock.release();
            } catch (IOException e) {
                // The channel was closed, and that has freed it.
            }
        }
    }

    private void tell(List<Task<?>> done, List<Wake> wakes) {
        for (Wake wake : wakes) {
            if (wake.process() == table.self()) {
                wakeDrivers(wake.subject());
            } else {
                doorbells.ring(wake.process(), wake.subject());
            }
        }
        for (Task<?> task : done) {
            task.tell(path());
        }
    }

    private void wakeDrivers(long subject) {
        for (FileDriver driver : drivers) {
            driver.wake(subject);
        }
    }

    private void suspectDeath() {
        deathSuspected = true;
    }

    private void serve() {
        try {
            while (!closing) {
                doorbells.await();
                while (!closing && (handedOver || deathSuspected || !slowQueue.isEmpty() || !queue.isEmpty())) {
                    slowTurn();
                }
            }
        } catch (IOException e) {
            // The selector failed: nothing can be heard any more, so that this process should not live on.
        } finally {
            shutDown();
        }
    }

    private void slowTurn() {
        List<Task<?>> done = new ArrayList<>();
        List<Wake> wakes;
        local.lock();
        try {
            wakes = slowTurn(done);
        } finally {
            local.unlock();
        }
        tell(done, wakes);
    }

    private List<Wake> slowTurn(List<Task<?>> done) {
        @Nullable FileLock lock = null;
        try {
            lock = files.mutex();
            handedOver = false;
            table.enter(PID);
            Throwable trouble = maintain();
            sweep();
            if (trouble == null) {
                attempt(slowQueue, done);
            } else {
                fail(slowQueue, done, trouble);
            }
            if (table.isMaintenanceNeeded() && trouble != null) {
                fail(queue, done, trouble);
            } else {
                attempt(queue, done);
            }
        } catch (IOException | RuntimeException | Error e) {
            handedOver = false;
            deathSuspected = false;
            fail(slowQueue, done, e);
            fail(queue, done, e);
        } finally {
            leave(lock);
        }
        return table.wakes();
    }

    private @Nullable Throwable maintain() {
        try {
            table.maintain();
            return null;
        } catch (RuntimeException e) {
            table.abandon();
            return e; // a matter for those steps only that need the ledger
        }
    }

    /** What goes wrong with the dead is not to fail the steps of the living. */
    private void sweep() {
        boolean now = deathSuspected;
        deathSuspected = false;
        try {
            if (now) {
                table.sweepNow();
            } else {
                table.sweep();
            }
        } catch (RuntimeException e) {
            table.abandon();
        }
    }

    /** Why a step was not done in time. */
    BackendUnavailableException stuck(String step, String after) {
        long owner = table.owner();
        String who = owner == PID ? "another step of this process" : "process " + owner;
        return new BackendUnavailableException(
                step + " on the store " + path() + " was not done within " + after + ": "
                        + who
                        + " is in its mutex, and may be stopped or wait for a slow disk. The step may still happen. Let that"
                        + " process go on (kill -CONT), or end it",
                null);
    }

    /**
     * Ends this process's sessions, frees all locks, and waits until that is done. If the mutex cannot be had
     * it frees the locks all the same, and other processes see this one as dead.
     */
    void close() {
        closing = true;
        doorbells.wakeUp();
        try {
            if (!hasEndedWithin(PATIENCE_MILLIS)) {
                files.close();
                thread.join();
            }
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt(); // the thread that closes ends next
        }
    }

    private boolean hasEndedWithin(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    private void shutDown() {
        closing = true;
        List<Wake> wakes = List.of();
        local.lock();
        try {
            wakes = unregister();
            tell(List.of(), wakes);
            files.close();
            doorbells.close();
        } catch (IOException e) {
            // What could not be closed is closed by the end of the process.
        } finally {
            closed = true;
            local.unlock();
        }
        failRest();
    }

    private List<Wake> unregister() {
        @Nullable FileLock lock = null;
        try {
            lock = files.mutex();
            table.enter(PID);
            table.unregister();
        } catch (IOException | RuntimeException | Error e) {
            // Others will find this process dead, and do the same.
        } finally {
            leave(lock);
        }
        return table.wakes();
    }

    private void failRest() {
        List<Task<?>> rest = new ArrayList<>();
        Throwable reason = new BackendUnavailableException("the store " + path() + " was closed", null);
        fail(queue, rest, reason);
        fail(slowQueue, rest, reason);
        tell(rest, List.of());
    }
}
