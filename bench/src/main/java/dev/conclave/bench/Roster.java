package dev.conclave.bench;

/** A contestant's handle on a group. */
public interface Roster extends AutoCloseable {
    /** Told of members; on any thread. */
    interface Listener {
        /** A member is listed, now or since before the watch began. */
        void joined(String member);

        /** A member is gone. */
        void left(String member);
    }

    /** Tells of members from now on; returns when the first view is in. */
    void watch(Listener listener) throws Exception;

    /** Lists this client's member. */
    void join() throws Exception;

    /** Takes it off the list. */
    void leave() throws Exception;

    @Override
    default void close() throws Exception {}
}
