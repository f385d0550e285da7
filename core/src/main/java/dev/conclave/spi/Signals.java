package dev.conclave.spi;

/**
 * How a driver wakes the engine. A signal says only "look again"; it may come too often, late or not
 * at all, and carries no truth of its own. May be called on any thread, also within a step; returns
 * quickly and never throws.
 */
@FunctionalInterface
public interface Signals {
    /** Something about the subject may have changed. */
    void changed(Subject subject);
}
