package dev.conclave.zookeeper;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one request for a name. A request is asked, asked again and given up by calls that overlap when replies are late: each
 * call takes a turn, and one that has lost it to a later call sends nothing more. Thread-safe.
 */
final class Entry {
    private int turn;
    private boolean doubtful;
    private @Nullable String path;
    private long czxid;
    private boolean granted;
    private boolean alone;
    private @Nullable String awaited;
    private boolean awaitedIsLast;
    private boolean awaitedIsGone;

    synchronized int takeTurn() {
        return ++turn;
    }

    /** Does something, unless a later call has come. */
    synchronized boolean inTurn(int mine, Runnable action) {
        if (turn != mine) {
            return false;
        }
        action.run();
        return true;
    }

    /** A node is to be created; until it is {@link #settled}, nobody knows whether it was. */
    synchronized void begin() {
        doubtful = true;
    }

    synchronized boolean isDoubtful() {
        return doubtful;
    }

    /** The node is there, or it is known that there is none. */
    synchronized void settled(@Nullable String path, long czxid) {
        this.doubtful = false;
        this.path = path;
        this.czxid = czxid;
        this.awaited = null;
        this.granted = false;
    }

    synchronized @Nullable String path() {
        return path;
    }

    /** The transaction that created the node; zero if it is not known yet. */
    synchronized long czxid() {
        return czxid;
    }

    /** @param alone whether nobody else was in the line then */
    synchronized void grant(boolean alone) {
        this.granted = true;
        this.alone = alone;
    }

    synchronized boolean isGranted() {
        return granted;
    }

    synchronized boolean isAlone() {
        return alone;
    }

    /** @param last whether that node is all that is in the way, so that nobody need look again when it has gone */
    synchronized void await(String node, boolean last) {
        awaited = node;
        awaitedIsLast = last;
        awaitedIsGone = false;
    }

    synchronized @Nullable String awaited() {
        return awaited;
    }

    synchronized void gone(String node) {
        awaitedIsGone |= node.equals(awaited);
    }

    synchronized boolean nothingIsInTheWay() {
        return awaited != null && awaitedIsLast && awaitedIsGone;
    }
}
