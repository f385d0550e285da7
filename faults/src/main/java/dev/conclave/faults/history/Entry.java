package dev.conclave.faults.history;

/**
 * Something that happened, with who says so and when.
 *
 * @param at by {@code System.nanoTime()}, which all processes of one machine share on Linux, where this runs
 * @param who the process: a member's id and the number of its run ({@code ada#3}), {@code nemesis}, {@code registers} or {@code
 *     observer}
 * @param event what
 */
public record Entry(long at, String who, Event event) {}
