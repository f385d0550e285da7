package dev.conclave.ipc;

import dev.conclave.BackendUnavailableException;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Leftover;
import dev.conclave.table.StoreGoneException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stores of this host that this user may see: nobody removes one when its last member has gone. */
final class HostStores {
    private HostStores() {}

    /** All that the kernel lists. */
    static List<Leftover> list() throws IOException {
        List<Leftover> found = new ArrayList<>();
        for (KernelTables.Entry entry : KernelTables.segments()) {
            Optional<StoreName> name = name(entry);
            if (name.isPresent()) {
                found.add(new Leftover(name.get().toString(), entry.size(), countLiving(entry.key())));
            }
        }
        return found;
    }

    private static Optional<StoreName> name(KernelTables.Entry entry) throws IOException {
        if (entry.size() < Segment.HEADER || entry.key() == 0) {
            return Optional.empty();
        }
        @Nullable Segment segment = null;
        try {
            segment = Segment.attachToRead(entry.id());
            String full = segment.isStore() ? segment.name() : null;
            return Optional.ofNullable(full).map(StoreName::parse).filter(name -> name.key() == entry.key());
        } catch (SystemVException | StoreGoneException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty(); // another user's, another program's, or gone meanwhile
        } finally {
            if (segment != null) {
                segment.detach();
            }
        }
    }

    private static int countLiving(int key) throws IOException {
        try {
            Optional<Semaphores> set = Semaphores.find(key);
            return set.isEmpty() ? 0 : set.get().countLiving();
        } catch (StoreGoneException e) {
            return 0;
        }
    }

    /** Removes a store; if processes use it, only when that is wanted. Returns whether it did. */
    static boolean remove(StoreName name, boolean evenIfUsed) throws IOException {
        int id = Segment.find(name.key());
        if (id < 0
                || KernelTables.segment(name.key())
                        .flatMap(HostStores::nameOrNot)
                        .filter(name::equals)
                        .isEmpty()) {
            throw new MisconfiguredException("there is no store " + name + " that this user may remove");
        }
        Optional<Semaphores> set = Semaphores.find(name.key());
        if (set.isEmpty()) {
            Segment.remove(id);
            return true;
        }
        return evenIfUsed ? remove(id, set.get()) : removeUnused(name, id, set.get());
    }

    private static boolean remove(int segment, Semaphores set) throws IOException {
        Segment.remove(segment);
        set.remove(); // last: it tells those who use the store, and others may come then
        return true;
    }

    private static Optional<StoreName> nameOrNot(KernelTables.Entry entry) {
        try {
            return name(entry);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** In the gate: who comes meanwhile waits, and begins anew when the set is gone. */
    private static boolean removeUnused(StoreName name, int segment, Semaphores set) throws IOException {
        if (!set.enterSoon()) {
            throw new BackendUnavailableException(
                    "the store " + name + " was not removed: a process is coming to it, and may be stopped", null);
        }
        boolean removed = false;
        try {
            removed = set.countLiving() == 0 && remove(segment, set);
        } finally {
            if (!removed) {
                set.leave();
            }
        }
        return removed;
    }
}
