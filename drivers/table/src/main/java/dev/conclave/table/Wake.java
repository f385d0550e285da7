package dev.conclave.table;

/**
 * A hint to a process that it should look at something again.
 *
 * @param place the place of the process
 * @param subject the hash of what it is about; see {@link Subjects}
 */
public record Wake(int place, long subject) {}
