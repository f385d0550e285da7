package dev.conclave.table;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store as this process has it open, for all coordinators that use it.
 *
 * <p>Steps are queued. A thread that queues one does what is queued, if no other thread of this process does
 * so and no other process is in the mutex; so steps of many threads share a turn. Otherwise the one thread of
 * the store does it, which may wait for the mutex.
 */
final class Store implements Carrier.Hints {
    private static final Logger log = LoggerFactory.getLogger(Store.class);
    private static final long PID = ProcessHandle.current().pid();
    /** How many steps are done in one turn in the mutex; other processes want it too. */
    private static final int TURN = 64;
    /** After so many turns for others, a caller leaves the rest to the store's thread. */
    private static final int TURNS = 4;
    /** How often the mutex is asked for before the store's thread waits for it: about as long as a turn or two last. */
    private static final int ATTEMPTS = 50;

    /**
     * How often a caller looks whether its step was done in another's turn, before it waits: for some microseconds, which is less than to sleep
     * and be woken.
     */
    private static final int LOOKS = 100;

    private static final long PATIENCE_MILLIS = 2_000;

    /** Whether one of our threads is in the mutex, which must not be given away under it. */
    private enum Presence {
        OUTSIDE,
        INSIDE,
        ABANDONED
    }

    private final Carrier carrier;
    private final Backing backing;
    private final Table table;
    private final Hearing hearing;
    private final Thread thread;
    private final ReentrantLock local = new ReentrantLock();
    private final Queue<Task<?>> queue = new ConcurrentLinkedQueue<>();
    private final Queue<Task<?>> slowQueue = new ConcurrentLinkedQueue<>();
    private final Set<TableDriver> drivers = new CopyOnWriteArraySet<>();
    private final AtomicReference<Presence> presence = new AtomicReference<>(Presence.OUTSIDE);
    private volatile boolean handedOver;
    private volatile boolean closing;
    private volatile boolean closed;
    private volatile boolean deathSuspected;
    /** Why nobody can use this store any more, though no driver closed it. */
    private volatile @Nullable RuntimeException loss;
    /** What went wrong last with what no step waits for; only said again when it is something else. */
    private @Nullable String trouble;
    /** What is to be logged once nobody of us is in the mutex. */
    private final Queue<Note> notes = new ConcurrentLinkedQueue<>();

    private record Note(String text, Exception failure) {}

    /** Begins to work on a store that is not open in this process. */
    Store(Carrier carrier, Backing backing) {
        this.carrier = carrier;
        this.backing = backing;
        this.table = carrier.table();
        this.hearing = new Hearing(carrier, this, this::isAnythingAwaited);
        this.thread = new Thread(this::serve, "conclave-" + backing.info().name() + "-" + carrier.label());
        thread.setDaemon(true);
        thread.start();
    }

    Set<TableDriver> drivers() {
        return drivers;
    }

    /** Fails if others would not meet in this store any more. */
    void requireInPlace() {
        carrier.requireInPlace();
    }

    /** Whether the store was taken away under us, or this process can hear nothing of it: it must be opened anew. */
    boolean isLost() {
        return loss != null;
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
        hearing.call();
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
        boolean entered = false;
        try {
            entered = !closing && tryEnter();
            if (!entered) {
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
            noteLoss(e);
            fail(queue, done, e);
        } finally {
            leave(entered, done);
        }
        return table.wakes();
    }

    private boolean tryEnter() throws IOException {
        boolean entered = carrier.tryEnter();
        for (int i = 1; !entered && i < ATTEMPTS; i++) {
            Thread.onSpinWait();
            entered = carrier.tryEnter();
        }
        if (entered) {
            comeIn();
        }
        return entered;
    }

    private void enter() throws IOException {
        carrier.enter();
        comeIn();
    }

    /** Nothing may be touched before, since the mutex may have been given away meanwhile; nor is it later. */
    private void comeIn() throws IOException {
        if (!presence.compareAndSet(Presence.OUTSIDE, Presence.INSIDE)) {
            carrier.leave();
            throw new IOException("the store " + carrier + " was closed");
        }
    }

    private void handOver() {
        handedOver = true;
        hearing.call();
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

    private void leave(boolean entered, List<Task<?>> done) {
        if (!entered) {
            return;
        }
        try {
            try {
                table.noteWakes(carrier::note);
            } finally {
                leave();
            }
        } catch (IOException | RuntimeException e) {
            // What was done was done in a store that is closed, or is not there any more.
            noteLoss(e);
            note("leaving the mutex", e);
            done.forEach(task -> task.fail(e));
        }
    }

    private void leave() throws IOException {
        try {
            carrier.leave();
        } finally {
            presence.setRelease(Presence.OUTSIDE);
        }
    }

    private void noteLoss(Throwable failure) {
        if (failure instanceof StoreGoneException gone) {
            loss = gone;
        }
    }

    private void tell(List<Task<?>> done, List<Wake> wakes) {
        for (Wake wake : wakes) {
            if (wake.place() == table.place()) {
                wakeDrivers(wake.subject());
            } else {
                carrier.ring(wake);
            }
        }
        for (Task<?> task : done) {
            task.tell(this::explained);
        }
        hearing.told();
        for (Note note = notes.poll(); note != null; note = notes.poll()) {
            log.warn("store {}: {}", carrier, note.text(), note.failure());
        }
    }

    private ConclaveException explained(Throwable failure) {
        noteLoss(failure);
        return backing.failure(carrier, failure);
    }

    private void wakeDrivers(long subject) {
        drivers.forEach(driver -> guarded(() -> driver.wake(subject)));
    }

    /** A coordinator that fails to hear must not keep a step from being told, nor the others from hearing. */
    private void guarded(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException e) {
            log.error("store {}: a member failed to hear a signal", carrier, e);
        }
    }

    @Override
    public void heard(long subject) {
        wakeDrivers(subject);
    }

    @Override
    public void missed() {
        drivers.forEach(driver -> guarded(driver::wakeAll));
    }

    @Override
    public void deathSuspected() {
        deathSuspected = true;
    }

    /** See {@link dev.conclave.spi.Driver#lend}. */
    void lend(BooleanSupplier done) {
        for (int i = 0; i < LOOKS; i++) {
            if (done.getAsBoolean()) {
                return;
            }
            Thread.onSpinWait();
        }
        hearing.lend(done);
    }

    private boolean isAnythingAwaited() {
        for (TableDriver driver : drivers) {
            if (driver.awaitsAnything()) {
                return true;
            }
        }
        return false;
    }

    private void serve() {
        @Nullable RuntimeException deaf = null;
        hearing.begin();
        try {
            while (!closing) {
                hearing.await();
                while (!closing && (handedOver || deathSuspected || !slowQueue.isEmpty() || !queue.isEmpty())) {
                    slowTurn();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            // Nothing can be heard any more, so that this process's sessions should not live on.
            noteLoss(e);
            deaf = closing ? null : deaf(e);
        } finally {
            shutDown(deaf);
            missed(); // who holds anything here learns at once that it is lost
        }
    }

    private RuntimeException deaf(Throwable failure) {
        if (failure instanceof StoreGoneException gone) {
            return gone;
        }
        log.warn(
                "store {}: this process can hear nothing of it any more; its sessions end, and it opens the store anew",
                carrier,
                failure);
        return new BackendUnavailableException(
                "the store " + carrier + " could not be heard any more (" + failure + "); it is opened anew", failure);
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
        boolean entered = false;
        try {
            enter();
            entered = true;
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
            noteLoss(e);
            fail(slowQueue, done, e);
            fail(queue, done, e);
        } finally {
            leave(entered, done);
        }
        return table.wakes();
    }

    private @Nullable Throwable maintain() {
        try {
            table.maintain();
            return null;
        } catch (RuntimeException e) {
            table.abandon();
            note("bringing the ledger up to date", e);
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
        } catch (StoreGoneException e) {
            throw e; // nor is there anything for the living
        } catch (RuntimeException e) {
            table.abandon();
            note("ending the sessions of the dead", e);
        }
    }

    /**
     * Has logged what no caller is told, once for as long as it is the same: it may come back with each step. Not here:
     * an appender that blocks would keep all processes of the store out of the mutex.
     */
    private void note(String what, Exception failure) {
        String now = what + " failed: " + failure;
        if (!closing && !isLost() && !now.equals(trouble)) {
            trouble = now;
            notes.add(new Note(now, failure));
        }
    }

    /** Why a step was not done in time. */
    BackendUnavailableException stuck(String step, String after) {
        long owner = carrier.owner();
        String who = owner == PID ? "another step of this process" : "process " + owner;
        return new BackendUnavailableException(
                step + " on the store " + carrier + " was not done within " + after + ": "
                        + who
                        + " is in its mutex, and may be stopped or wait for a slow disk. The step may still happen. Let that"
                        + " process go on (kill -CONT), or end it",
                null);
    }

    /**
     * Ends this process's sessions, frees all that it holds, and waits until that is done. If the mutex cannot be had
     * it is freed all the same, and other processes see this one as dead. Who is in the mutex is waited for, however
     * slow its disk is: another process would undo the half of its step that is done, and it would do the other half.
     */
    void close() {
        closing = true;
        hearing.call();
        try {
            while (!hasEndedWithin(PATIENCE_MILLIS)) {
                if (presence.compareAndSet(Presence.OUTSIDE, Presence.ABANDONED)) {
                    carrier.abandon();
                    thread.join();
                }
            }
        } catch (InterruptedException | IOException | StoreGoneException e) {
            Thread.currentThread().interrupt(); // the thread that closes ends next
        }
    }

    private boolean hasEndedWithin(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    /** @param deaf why, if no driver wanted it */
    private void shutDown(@Nullable RuntimeException deaf) {
        closing = true;
        local.lock();
        try {
            tell(List.of(), unregister());
            carrier.close();
        } catch (IOException e) {
            // What could not be closed is closed by the end of the process.
        } finally {
            if (deaf != null) {
                loss = deaf; // not before all is closed: it can be opened anew now
            }
            closed = true;
            local.unlock();
        }
        failRest();
    }

    private List<Wake> unregister() {
        boolean entered = false;
        try {
            enter();
            entered = true;
            table.enter(PID);
            table.unregister();
            carrier.depart();
        } catch (IOException | RuntimeException | Error e) {
            noteLoss(e); // otherwise the others will find this process dead, and do the same
        } finally {
            leave(entered, List.of());
        }
        return table.wakes();
    }

    private void failRest() {
        List<Task<?>> rest = new ArrayList<>();
        Throwable reason = loss;
        if (reason == null) {
            reason = new BackendUnavailableException("the store " + carrier + " was closed", null);
        }
        fail(queue, rest, reason);
        fail(slowQueue, rest, reason);
        tell(rest, List.of());
    }

    /** How it is called in messages. */
    @Override
    public String toString() {
        return carrier.toString();
    }
}
