package dev.conclave.file.table;

/** Whether other processes live. */
@FunctionalInterface
public interface Liveness {
    /**
     * Asks the kernel.
     *
     * @param process the record of a process that is not this one
     */
    boolean lives(int process);
}
