package dev.conclave.ipc;

import dev.conclave.table.Carrier;
import dev.conclave.table.Clock;
import dev.conclave.table.Liveness;
import dev.conclave.table.Memory;
import dev.conclave.table.Mutex;
import dev.conclave.table.Space;
import dev.conclave.table.StoreGoneException;
import dev.conclave.table.Table;
import dev.conclave.table.Wake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** A store's set of semaphores and its segment, in use by this process. */
final class IpcStore implements Carrier, Liveness, Space {
    private final long pid;
    private final StoreName name;
    private final Semaphores semaphores;
    private final Segment segment;
    private final Table table;
    private final Mutex mutex;
    private final AtomicBoolean departed = new AtomicBoolean();
    private final ReentrantLock ownerLock = new ReentrantLock();
    /** Kept beyond {@link Table#unregister}, for what is still to be taken back. */
    private int place;

    private boolean attached = true;
    private long lastOwner;
    private boolean departing;

    /** In the gate, and not yet in the table: {@link #enterWithin} and {@link #settle} come before all else. */
    IpcStore(StoreName name, Semaphores semaphores, Segment segment, long pid) {
        this.pid = pid;
        this.name = name;
        this.semaphores = semaphores;
        this.segment = segment;
        Memory memory = new Memory(segment.table());
        this.table = new Table(memory, this, this, new NoLedger(), Clock.SYSTEM);
        this.mutex = new Mutex(memory, this, pid);
    }

    /** Enters the mutex if that can be had so soon. */
    boolean enterWithin(long nanos) throws IOException {
        return mutex.enterWithin(nanos);
    }

    /** Adds this process to those that use the store. In the mutex. */
    void settle() throws IOException {
        table.enter(pid);
        if (table.register(pid) >= segment.places()) {
            makeRoom();
            if (table.register(pid) >= segment.places()) {
                table.abandon();
                throw new StoreFullException("processes");
            }
        }
        place = table.place();
        segment.mailbox(place).clear();
        semaphores.arrive(place);
        try {
            table.commit();
        } catch (RuntimeException | Error e) {
            semaphores.depart(place); // or whoever has the place next would seem to live for as long as we do
            throw e;
        }
        mutex.settle(place);
    }

    /** Forgets the processes that died, of which nobody has taken notice. */
    private void makeRoom() {
        table.abandon();
        for (int sweeps = 0;
                sweeps < 16 + segment.places() / 16;
                sweeps++) { // each is bounded, and may leave some of them
            table.sweepNow();
        }
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public boolean tryEnter() {
        return mutex.tryEnter();
    }

    @Override
    public void enter() throws IOException {
        mutex.enter();
    }

    @Override
    public void leave() throws IOException {
        if (!departing) {
            mutex.leave();
            return;
        }
        try {
            // First: stopped between the two, it would be in the way of whoever has its place next.
            giveUp();
        } finally {
            mutex.depart();
        }
    }

    @Override
    public void note(Wake wake) {
        segment.mailbox(wake.place()).add(wake.subject());
    }

    @Override
    public void ring(Wake wake) {
        semaphores.ring(wake.place());
    }

    @Override
    public void await(Hints hints) throws IOException {
        semaphores.awaitRing(place);
        segment.mailbox(place).empty(hints);
    }

    @Override
    public void awaitBriefly(Hints hints) throws IOException {
        semaphores.awaitRingBriefly(place);
        segment.mailbox(place).empty(hints);
    }

    @Override
    public boolean waitsBriefly() {
        return TimedWait.isAvailable();
    }

    @Override
    public void wakeUp() {
        semaphores.ring(place);
    }

    /** If the segment was removed, those who come would make another: then all who use this one must learn of it. */
    @Override
    public void requireInPlace() {
        try {
            if (Segment.find(name.key()) != segment.id()) {
                semaphores.remove();
                throw new StoreGoneException("its shared memory was removed", null);
            }
        } catch (IOException e) {
            throw new StoreGoneException("its shared memory cannot be found: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean lives(int place) {
        try {
            return semaphores.isAlive(place);
        } catch (IOException e) {
            return true; // not known: to take the mutex from one that lives is worse than to wait, and sessions end by
            // their time-to-live
        }
    }

    @Override
    public boolean isComing() {
        try {
            return semaphores.isGateTaken();
        } catch (IOException e) {
            return true; // as above
        }
    }

    @Override
    public void bury(int place) {
        // The kernel has done it.
    }

    @Override
    public ByteBuffer grow(int from, int to) {
        throw new StoreFullException("size");
    }

    @Override
    public ByteBuffer map(int size) {
        return segment.table(); // it never grows
    }

    @Override
    public long owner() {
        ownerLock.lock();
        try {
            if (attached) {
                lastOwner = table.owner();
            }
            return lastOwner;
        } finally {
            ownerLock.unlock();
        }
    }

    @Override
    public void abandon() throws IOException {
        mutex.abandon();
        giveUp();
    }

    @Override
    public void depart() {
        departing = true;
    }

    private void giveUp() throws IOException {
        if (departed.compareAndSet(false, true)) {
            semaphores.depart(place);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            giveUp();
        } catch (StoreGoneException e) {
            // With the semaphores went our sign of life.
        } finally {
            detach();
        }
    }

    private void detach() {
        ownerLock.lock();
        try {
            lastOwner = attached ? table.owner() : lastOwner;
            attached = false;
            segment.detach();
        } finally {
            ownerLock.unlock();
        }
    }

    @Override
    public String label() {
        return name.name();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
