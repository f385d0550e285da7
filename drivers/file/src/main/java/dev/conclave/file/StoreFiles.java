package dev.conclave.file;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.table.Carrier;
import dev.conclave.table.Clock;
import dev.conclave.table.Liveness;
import dev.conclave.table.Memory;
import dev.conclave.table.Mutex;
import dev.conclave.table.Run;
import dev.conclave.table.Table;
import dev.conclave.table.Wake;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The files of a store, open in this process: {@code mutex} and {@code alive}, of which only bytes are locked,
 * {@code table}, which is mapped, {@code ledger}, and the sockets in {@code wake}. The file {@code mutex} is the gate in which a
 * process is while it comes to the store; the mutex itself is in the table.
 */
final class StoreFiles implements Carrier, Liveness {
    private static final long PID = ProcessHandle.current().pid();
    private static final Duration ASKED_FOR = Duration.ofMillis(50);

    private final StoreDirectory directory;
    private final LockFile gate;
    private final LockFile alive;
    private final TableFile tableFile;
    private final SocketPaths sockets;
    /** Which mutex, and in which directory, when it was opened. */
    private final Object identity;

    private final Object openedAs;
    private final Memory memory;
    private final Table table;
    private final Mutex mutex;
    private final Doorbells doorbells;
    private boolean departing;

    private StoreFiles(StoreDirectory directory, LockFile gate, LockFile alive, Duration patience, long[] run)
            throws IOException {
        this.directory = directory;
        this.gate = gate;
        this.alive = alive;
        this.tableFile = new TableFile(directory.table());
        this.identity = directory.locksIdentity();
        this.openedAs = directory.identity();
        long begun = System.nanoTime();
        FileLock lock = gateWithin(patience);
        try {
            this.sockets = SocketPaths.of(directory);
            this.memory = usableMemory(run);
            this.table = table(memory);
            if (!Table.isUsable(memory, run)) {
                table.reset(run);
            }
            this.mutex = new Mutex(memory, this, PID);
            if (!mutex.enterWithin(patience.toNanos() - (System.nanoTime() - begun))) {
                throw stuck(patience);
            }
            try {
                table.enter(PID);
                this.doorbells = register();
            } finally {
                mutex.leave();
            }
        } finally {
            lock.release();
        }
    }

    /** Opens the files, makes them if need be, and adds this process to those that use them. */
    static StoreFiles open(StoreDirectory directory, Duration patience) throws IOException {
        return open(directory, patience, Run.id());
    }

    /** In a run of the machine; for tests. */
    static StoreFiles open(StoreDirectory directory, Duration patience, long[] run) throws IOException {
        String mark = mark(directory.identity());
        if (System.getProperties().putIfAbsent(mark, "open") != null) {
            throw new UnsupportedDeploymentException(
                    "the store " + directory + " is open in this JVM already, through another"
                            + " copy of the driver (another class loader). Load conclave-file once, where both can see it");
        }
        try {
            return openFirst(directory, patience, run);
        } catch (IOException | RuntimeException | Error e) {
            System.clearProperty(mark);
            throw e;
        }
    }

    private static String mark(Object identity) {
        return "dev.conclave.file.open." + identity;
    }

    private static StoreFiles openFirst(StoreDirectory directory, Duration patience, long[] run) throws IOException {
        LockFile gate = LockFile.open(directory.mutex());
        try {
            LockFile alive = LockFile.open(directory.alive());
            try {
                return new StoreFiles(directory, gate, alive, patience, run);
            } catch (IOException | RuntimeException | Error e) {
                alive.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            gate.close();
            throw e;
        }
    }

    private FileLock gateWithin(Duration patience) throws IOException {
        FileLock lock = lockWithin(patience, gate, 0);
        if (lock == null) {
            throw stuck(patience);
        }
        return lock;
    }

    private static @Nullable FileLock lockWithin(Duration patience, LockFile file, long at) throws IOException {
        long begun = System.nanoTime();
        FileLock lock = file.tryLock(at);
        while (lock == null && System.nanoTime() - begun < patience.toNanos()) {
            LockSupport.parkNanos(500_000); // on a thread of its own that only opens
            lock = file.tryLock(at);
        }
        return lock;
    }

    private BackendUnavailableException stuck(Duration patience) throws IOException {
        return new BackendUnavailableException(
                "the store " + directory + " could not be opened within "
                        + Durations.format(patience) + ": " + inTheWay()
                        + ", and may be stopped. Let it go"
                        + " on (kill -CONT), or end it",
                null);
    }

    private String inTheWay() throws IOException {
        return tableFile.size() < Table.initialSize()
                ? "a process is making it"
                : Mutex.inTheWay(new Memory(tableFile.map(Table.initialSize())));
    }

    /** The memory of the table that is there, if it can be used; or zeroes, if no process lives that could use another. */
    private Memory usableMemory(long[] run) throws IOException {
        int size = (int) Math.min(Integer.MAX_VALUE, tableFile.size());
        if (size >= Table.initialSize()) {
            Memory memory = new Memory(tableFile.map(size));
            if (Table.isUsable(memory, run) && (Run.isKnown(run) || isInUse())) {
                return memory;
            }
            refuseIfInUse(memory);
        } else {
            refuseIfInUse(null);
        }
        return new Memory(tableFile.clear(Table.initialSize()));
    }

    private Table table(Memory memory) {
        return new Table(memory, tableFile, this, new LedgerFile(directory), Clock.SYSTEM);
    }

    private void refuseIfInUse(@Nullable Memory memory) throws IOException {
        if (!isInUse()) {
            return;
        }
        if (memory == null || !Table.isTable(memory)) {
            throw new UnsupportedDeploymentException(
                    "the store " + directory + " is in use, but its file table is damaged or"
                            + " missing: something else wrote to it. Stop all members that use it; the first that comes then repairs it");
        }
        if (Table.version(memory) != Table.ownVersion()) {
            throw new UnsupportedDeploymentException(
                    "the store " + directory + " is in use by another version of Conclave (layout "
                            + Table.version(memory) + ", not " + Table.ownVersion()
                            + "). Stop all members of the other version first, or"
                            + " name another directory");
        }
        throw new UnsupportedDeploymentException(
                "the store " + directory + " is in use by processes whose monotonic clock is"
                        + " not ours: another container with a time namespace of its own. Run all members with one clock");
    }

    private boolean isInUse() throws IOException {
        return alive.isLockedElsewhere(0, Long.MAX_VALUE);
    }

    private Doorbells register() throws IOException {
        int place = table.register(PID);
        // Whoever asks whether its former owner lives has it for an instant.
        if (lockWithin(ASKED_FOR, alive, place) == null) {
            throw new IOException("another process holds the mark of this one in " + directory);
        }
        Doorbells own = new Doorbells(sockets);
        try {
            own.listen(place);
        } catch (IOException | RuntimeException e) {
            own.close();
            throw e;
        }
        table.commit();
        mutex.settle(place);
        return own;
    }

    @Override
    public boolean lives(int place) {
        try {
            return alive.isLockedElsewhere(place, 1);
        } catch (IOException e) {
            return true; // not known: to take the mutex from one that lives is worse than to wait, and sessions end by
            // their time-to-live
        }
    }

    @Override
    public boolean isComing() {
        try {
            return gate.isLockedElsewhere(0, 1);
        } catch (IOException e) {
            return true; // as above
        }
    }

    @Override
    public void bury(int place) {
        try {
            Files.deleteIfExists(sockets.of(place));
        } catch (IOException e) {
            // Whoever gets the place next tries again.
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
            alive.close();
        } finally {
            mutex.depart();
        }
    }

    @Override
    public void ring(Wake wake) {
        doorbells.ring(wake.place(), wake.subject());
    }

    @Override
    public void await(Hints hints) throws IOException {
        doorbells.await(hints);
    }

    @Override
    public void awaitBriefly(Hints hints) throws IOException {
        doorbells.awaitBriefly(hints);
    }

    @Override
    public void wakeUp() {
        doorbells.wakeUp();
    }

    @Override
    public void requireInPlace() {
        try {
            if (identity.equals(directory.locksIdentity())) {
                return;
            }
        } catch (IOException e) {
            // It is not there, which is the same.
        }
        throw new MisconfiguredException(
                "the store " + directory + " was deleted or replaced while it was in use; others"
                        + " meet in a new one now. Never delete it while members run, and restart them all");
    }

    @Override
    public long owner() {
        return table.owner();
    }

    /** Frees the locks, and fails the thread that waits for the mutex. Our socket is left to who finds us dead. */
    @Override
    public void abandon() throws IOException {
        mutex.abandon();
        try {
            alive.close();
        } finally {
            gate.close();
        }
    }

    @Override
    public void depart() throws IOException {
        departing = true;
        doorbells.takeDown();
    }

    @Override
    public void close() throws IOException {
        try {
            abandon();
        } finally {
            System.clearProperty(mark(openedAs));
            doorbells.close();
        }
    }

    @Override
    public String label() {
        return directory.path().getFileName().toString();
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
