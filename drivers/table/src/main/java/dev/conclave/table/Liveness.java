package dev.conclave.table;

/** Whether other processes live. */
public interface Liveness {
    /**
     * Asks the kernel.
     *
     * @param place the place of a process that is not this one
     */
    boolean lives(int place);

    /**
     * Asks the kernel whether a process is coming to the store, and has no place yet.
     *
     * <p>Not asked by one that does so itself.
     */
    boolean isComing();

    /** Clears away what a dead process has left outside the table; another process may have its place then. */
    void bury(int place);
}
