package dev.conclave.zookeeper;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one request for a name. A request is asked, asked again and given up by calls that overlap when replies are late: each
 * call takes a turn, and one that has lost it to a later call sends nothing more. Thread-safe.
 */
final class Entry {
    /** Who stood behind a claim in the line when it was last seen to be granted: what is to be cleared away when it leaves. */
    enum Behind {
        /** Nobody stood in the line beside it. */
        NOBODY,
        /** Somebody waits for this one claim to go, and takes the line over. */
        SOMEBODY,
        /** Nothing is known. */
        UNKNOWN
    }

    private int turn;
    private boolean doubtful;
    private @Nullable String path;
    private long czxid;
    private boolean granted;
    private Behind behind = Behind.UNKNOWN;
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
        this.behind = Behind.UNKNOWN;
    }

    synchronized @Nullable String path() {
        return path;
    }

    /** The transaction that created the node; zero if it is not known yet. */
    synchronized long czxid() {
        return czxid;
    }

    synchronized void grant(Behind seen) {
        granted = true;
        behind = seen;
    }

    synchronized boolean isGranted() {
        return granted;
    }

    synchronized Behind behind() {
        return behind;
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
