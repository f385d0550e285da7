package dev.conclave;

import java.util.List;

/**
 * Who holds a lock, at one instant at the backend.
 *
 * @param name the lock
 * @param holders one exclusive holder, or the shared ones by age; empty if the lock is free
 * @param waiters how many requests wait
 */
public record LockInfo(String name, List<Holder> holders, int waiters) {
    /** Copies the holders. */
    public LockInfo {
        holders = List.copyOf(holders);
    }

    /** Whether nobody holds the lock. */
    public boolean isFree() {
        return holders.isEmpty();
    }

    /** Whether the lock is held by sharers. */
    public boolean isShared() {
        return !holders.isEmpty() && holders.get(0).shared();
    }
}
