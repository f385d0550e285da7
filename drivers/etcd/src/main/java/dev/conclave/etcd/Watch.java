package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.WatchResponse;
import org.jspecify.annotations.Nullable;

/** A range of keys that is watched. Stands as long as the stream on which it was begun does. Thread-safe. */
final class Watch {
    private final ByteString key;
    private final @Nullable ByteString end;
    private final long from;
    private final Listener listener;
    private volatile @Nullable WatchStream stream;

    /** Who is told; on the thread of the answers. */
    interface Listener {
        /** Events, in the order of their revisions. */
        void changed(WatchResponse events);

        /** The server has ended it: it no longer has the history from our revision on. */
        default void lost() {
            changed(WatchResponse.getDefaultInstance());
        }
    }

    /**
     * @param end of the range, or null for one key
     * @param from the first revision of interest; zero for what comes after this
     */
    Watch(ByteString key, @Nullable ByteString end, long from, Listener listener) {
        this.key = key;
        this.end = end;
        this.from = from;
        this.listener = listener;
    }

    ByteString key() {
        return key;
    }

    @Nullable
    ByteString end() {
        return end;
    }

    long from() {
        return from;
    }

    Listener listener() {
        return listener;
    }

    void beginOn(WatchStream begun) {
        stream = begun;
    }

    /** Whether it was begun and neither was ended nor its stream broke. */
    boolean stands() {
        WatchStream on = stream;
        return on != null && on.has(this);
    }

    /** Ends it; its listener may still hear of what is under way. */
    void cancel() {
        WatchStream on = stream;
        if (on != null) {
            on.cancel(this);
        }
    }
}
