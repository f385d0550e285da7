package dev.conclave.table;

/** Whether other processes live. */
public interface Liveness {
    /**
     * Asks the kernel.
     *
     * @param process the record of a process that is not this one
     */
    boolean lives(int process);

    /** Clears away what a dead process has left outside the table; its record's place is free from now on. */
    void bury(int process);
}
