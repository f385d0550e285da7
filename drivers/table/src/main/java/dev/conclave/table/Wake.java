package dev.conclave.table;

/**
 * A hint to a process that it should look at something again.
 *
 * @param process the record of the process
 * @param subject the hash of what it is about; see {@link Subjects}
 */
public record Wake(int process, long subject) {}
