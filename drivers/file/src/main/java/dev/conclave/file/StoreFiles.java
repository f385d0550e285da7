package dev.conclave.file;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Durations;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.table.Clock;
import dev.conclave.table.Liveness;
import dev.conclave.table.Memory;
import dev.conclave.table.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The files of a store, open in this process: {@code mutex} and {@code alive}, of which only bytes are locked,
 * {@code table}, which is mapped, and {@code ledger}.
 */
final class StoreFiles implements Liveness {
    private static final long PID = ProcessHandle.current().pid();

    private final StoreDirectory directory;
    private final LockFile mutex;
    private final LockFile alive;
    private final TableFile tableFile;
    private final SocketPaths sockets;
    private final Object identity;
    private final Table table;

    private StoreFiles(StoreDirectory directory, LockFile mutex, LockFile alive, Duration patience) throws IOException {
        this.directory = directory;
        this.mutex = mutex;
        this.alive = alive;
        this.tableFile = new TableFile(directory.table());
        this.sockets = SocketPaths.of(directory);
        this.identity = directory.mutexIdentity();
        FileLock lock = mutexWithin(patience);
        try {
            this.table = makeTable();
            table.enter(PID);
            register();
        } finally {
            lock.release();
        }
    }

    /** Opens the files, makes them if need be, and adds this process to those that use them. */
    static StoreFiles open(StoreDirectory directory, Duration patience) throws IOException {
        LockFile mutex = LockFile.open(directory.mutex());
        try {
            LockFile alive = LockFile.open(directory.alive());
            try {
                return new StoreFiles(directory, mutex, alive, patience);
            } catch (IOException | RuntimeException | Error e) {
                alive.close();
                throw e;
            }
        } catch (IOException | RuntimeException | Error e) {
            mutex.close();
            throw e;
        }
    }

    private FileLock mutexWithin(Duration patience) throws IOException {
        long begun = System.nanoTime();
        FileLock lock = tryMutex();
        while (lock == null && System.nanoTime() - begun < patience.toNanos()) {
            LockSupport.parkNanos(500_000); // on a thread of its own that only opens
            lock = tryMutex();
        }
        if (lock == null) {
            throw new BackendUnavailableException(
                    "the store " + directory + " could not be opened within "
                            + Durations.format(patience) + ": process " + owner()
                            + " is in its mutex, and may be stopped. Let it go"
                            + " on (kill -CONT), or end it",
                    null);
        }
        return lock;
    }

    private String owner() throws IOException {
        if (tableFile.size() < Table.initialSize()) {
            return "that makes it";
        }
        return Long.toString(Table.owner(new Memory(tableFile.map(Table.initialSize()))));
    }

    /** The table that is there, if it can be used; or an empty one, if no process lives that could use another. */
    private Table makeTable() throws IOException {
        long[] run = Run.id();
        int size = (int) Math.min(Integer.MAX_VALUE, tableFile.size());
        if (size >= Table.initialSize()) {
            Memory memory = new Memory(tableFile.map(size));
            if (Table.isUsable(memory, run)) {
                return table(memory);
            }
            refuseIfInUse(memory);
        } else {
            refuseIfInUse(null);
        }
        ByteBuffer zeroes = tableFile.clear(Table.initialSize());
        Table table = table(new Memory(zeroes));
        table.reset(run);
        return table;
    }

    private Table table(Memory memory) {
        return new Table(memory, tableFile, this, new LedgerFile(directory), Clock.SYSTEM);
    }

    private void refuseIfInUse(@Nullable Memory memory) throws IOException {
        if (!alive.isLockedElsewhere(0, Long.MAX_VALUE)) {
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

    private void register() throws IOException {
        int self = table.register(PID);
        if (alive.tryLock(self) == null) {
            throw new IOException("another process holds the mark of this one in " + directory);
        }
        table.commit();
    }

    @Override
    public boolean lives(int process) {
        try {
            FileLock lock = alive.tryLock(process);
            if (lock == null) {
                return true;
            }
            lock.release();
            return false;
        } catch (IOException e) {
            return true; // not known; its sessions still end by their time-to-live
        }
    }

    @Override
    public void bury(int process) {
        try {
            Files.deleteIfExists(sockets.of(process));
        } catch (IOException e) {
            // Whoever gets the place next tries again.
        }
    }

    /** Whether the directory is still the one that was opened. */
    boolean areInPlace() throws IOException {
        return identity.equals(directory.mutexIdentity());
    }

    SocketPaths sockets() {
        return sockets;
    }

    Path path() {
        return directory.path();
    }

    Table table() {
        return table;
    }

    /** Enters the mutex if no other process is in it. */
    @Nullable
    FileLock tryMutex() throws IOException {
        return mutex.tryLock(0);
    }

    /** Enters the mutex as soon as no other process is in it. */
    FileLock mutex() throws IOException {
        return mutex.lock(0);
    }

    /** Frees all locks. */
    void close() throws IOException {
        try {
            alive.close();
        } finally {
            mutex.close();
        }
    }
}
