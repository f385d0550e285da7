package dev.conclave.ipc;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.table.Backing;
import dev.conclave.table.Carrier;
import dev.conclave.table.Memory;
import dev.conclave.table.Mutex;
import dev.conclave.table.Run;
import dev.conclave.table.StoreGoneException;
import dev.conclave.table.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Opens a store, and makes it if need be.
 *
 * <p>The set of semaphores comes first: the kernel makes it in one instant, ready for use. Under its gate the segment is looked
 * at, made, or thrown away with the set if the two do not belong together; then whoever used them learns of it, and we begin
 * again.
 *
 * @param name which store
 * @param settings how to make it
 */
record StoreSite(StoreName name, Settings settings) implements Backing.Site {
    private static final long PID = ProcessHandle.current().pid();

    @Override
    public Object identity() {
        return name;
    }

    @Override
    public Carrier open(Duration patience) throws IOException {
        long begun = System.nanoTime();
        while (true) {
            try {
                return openOnce(begun, patience);
            } catch (StoreGoneException e) {
                if (System.nanoTime() - begun > patience.toNanos()) {
                    throw e;
                }
            }
        }
    }

    private IpcStore openOnce(long begun, Duration patience) throws IOException {
        int key = name.key();
        Optional<KernelTables.Entry> there = KernelTables.set(key);
        if (there.isPresent()) {
            requireTrusted("semaphores", there.get().owner());
        }
        Semaphores semaphores = Semaphores.open(key, settings.processes(), settings.mode());
        requireOurs(semaphores); // before the first of them is changed
        while (!semaphores.enterSoon()) {
            if (System.nanoTime() - begun > patience.toNanos()) {
                throw stuck(patience);
            }
        }
        IpcStore store;
        try {
            store = use(semaphores, begun, patience);
        } catch (IOException | RuntimeException | Error e) {
            leave(semaphores, e);
            throw e;
        }
        try {
            semaphores.leave();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static void leave(Semaphores semaphores, Throwable failure) throws IOException {
        try {
            semaphores.leave();
        } catch (StoreGoneException e) {
            failure.addSuppressed(e); // with the semaphores went the mutex
        }
    }

    private BackendUnavailableException stuck(Duration patience) throws IOException {
        int id = Segment.find(name.key());
        String inTheWay = "a process is making it";
        if (id >= 0) {
            Segment segment = Segment.attachToRead(id);
            if (segment.isStore()) {
                inTheWay = Mutex.inTheWay(new Memory(segment.table()));
            }
            segment.detach();
        }
        return new BackendUnavailableException(
                "the store " + name + " could not be opened within " + Durations.format(patience) + ": " + inTheWay
                        + ", and may be stopped. Let it go on (kill -CONT), or end it",
                null);
    }

    private IpcStore use(Semaphores semaphores, long begun, Duration patience) throws IOException {
        int id = Segment.find(name.key());
        if (id < 0) {
            requireFresh(semaphores);
            return settled(made(created(semaphores), semaphores), semaphores, begun, patience);
        }
        return settled(found(id, semaphores), semaphores, begun, patience);
    }

    private void requireOurs(Semaphores semaphores) throws IOException {
        if (!semaphores.isStore()) {
            throw new MisconfiguredException("the key 0x" + Integer.toHexString(name.key()) + " of the store " + name
                    + " is taken by the semaphores of another program. Name the store otherwise; or, if nobody needs"
                    + " them, remove them with ipcrm -S 0x" + Integer.toHexString(name.key()));
        }
    }

    /** A set without a segment is new, or those who use it have lost theirs. */
    private void requireFresh(Semaphores semaphores) throws IOException {
        if (semaphores.countLiving() > 0 || semaphores.places() != settings.processes()) {
            throw discarded(semaphores, "its shared memory was removed");
        }
    }

    /** The host may allow none so large, or no more of them: a set alone would stay, and nobody would see what it is for. */
    private int created(Semaphores semaphores) throws IOException {
        try {
            return Segment.create(name.key(), settings.size(), settings.mode());
        } catch (SystemVException e) {
            semaphores.remove();
            throw e;
        }
    }

    private static StoreGoneException discarded(Semaphores semaphores, String why) throws IOException {
        semaphores.remove();
        return new StoreGoneException(why, null);
    }

    private Segment made(int id, Semaphores semaphores) throws IOException {
        Segment segment = Segment.attach(id);
        try {
            segment.describe(semaphores.id(), semaphores.places(), name.full());
            new IpcStore(name, semaphores, segment, PID).table().reset(Run.id());
            segment.publish();
            return segment;
        } catch (RuntimeException | Error e) {
            segment.detach();
            throw e;
        }
    }

    private Segment found(int id, Semaphores semaphores) throws IOException {
        Segment segment = Segment.attach(id);
        try {
            requireTrusted("shared memory", segment.owner());
            requireOurs(segment);
            if (!isUsable(segment, semaphores)) {
                Segment.remove(id);
                throw discarded(semaphores, "it was of no use to anybody");
            }
            return segment;
        } catch (IOException | RuntimeException e) {
            segment.detach();
            throw e;
        }
    }

    /** Memory that another user can change may hold anything, and we would write where it points to. */
    private void requireTrusted(String what, int owner) {
        int self = SystemV.geteuid();
        if (owner != self && self != 0 && !settings.isForGroup()) {
            throw new MisconfiguredException("the " + what + " of the store " + name + " belong to user " + owner
                    + ", and this process runs as user " + self
                    + ". Run all members as one user; or, if you trust that user, connect all with ?permissions=group");
        }
    }

    private void requireOurs(Segment segment) throws IOException {
        if (segment.isUnfinished()) {
            return; // its maker was killed
        }
        String key = "0x" + Integer.toHexString(name.key());
        if (!segment.isStore()) {
            throw new MisconfiguredException("the key " + key + " of the store " + name
                    + " is taken by the shared memory of another program"
                    + KernelTables.segment(name.key())
                            .map(entry -> " (" + entry.described() + ")")
                            .orElse("")
                    + ". Name the store otherwise; or, if nobody needs it, remove it with ipcrm -M " + key);
        }
        String full = segment.name();
        if (!name.full().equals(full)) {
            throw new MisconfiguredException(
                    "the key " + key + " of the store " + name + " is that of the store "
                            + (full == null ? "of another version of Conclave" : StoreName.parse(full))
                            + " as well, which happens to one pair of names in two thousand million. Name one of them otherwise");
        }
    }

    private boolean isUsable(Segment segment, Semaphores semaphores) throws IOException {
        if (segment.isUnfinished() || segment.set() != semaphores.id()) {
            return false;
        }
        boolean sameVersion = segment.version() == Segment.ownVersion();
        if (sameVersion && Table.isUsable(new Memory(segment.table()), Run.id())) {
            return true;
        }
        if (semaphores.countLiving() == 0) {
            return false;
        }
        throw new UnsupportedDeploymentException("the store " + name
                + " is in use by another version of Conclave, or by processes whose monotonic clock is"
                + " not ours: another container with a time namespace of its own. Run all members with one version and"
                + " one clock, or name another store");
    }

    private IpcStore settled(Segment segment, Semaphores semaphores, long begun, Duration patience) throws IOException {
        IpcStore store = new IpcStore(name, semaphores, segment, PID);
        try {
            if (!store.enterWithin(patience.toNanos() - (System.nanoTime() - begun))) {
                throw stuck(patience);
            }
            settle(store);
        } catch (IOException | RuntimeException | Error e) {
            segment.detach();
            throw e;
        }
        try {
            store.leave();
            return store;
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    private static void settle(IpcStore store) throws IOException {
        try {
            store.settle();
        } catch (IOException | RuntimeException | Error e) {
            store.leave();
            throw e;
        }
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
