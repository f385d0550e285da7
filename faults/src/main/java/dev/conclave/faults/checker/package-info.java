/**
 * Reads the history of a run and decides whether everybody could rightly believe what they believed. Nothing here runs anything: from the
 * same history always comes the same verdict.
 *
 * <p>What makes the decisions sound: an entry is written a little after what it tells of, by a process that can be stopped or killed at any
 * instruction between the two. So the time of an entry that tells of something done is a time by which it was done, no more; only
 * the time of an entry that announces (asked, releasing) is one before which nothing was done. Each check compares a "not before" with a
 * "not after", and where it would need more it does not decide.
 */
@NullMarked
package dev.conclave.faults.checker;

import org.jspecify.annotations.NullMarked;
