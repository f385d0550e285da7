package dev.conclave.jdbc;

import java.sql.SQLException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection to the server. */
public interface Line {
    /** Gives it up at once, from any thread: nothing that it has sent arrives later, and who waits on it fails. */
    void reset();

    /** Says good-bye. */
    void close();

    /** One for steps: probed, with the schema there, and attached. */
    interface Asking extends Line {
        /** Its statements. */
        Statements statements();

        /** A way to send batches without waiting for each; null where there is none. */
        default @Nullable Pipe pipe() {
            return null;
        }
    }

    /** One that listens. */
    interface Hearing extends Line {
        /**
         * Waits for a while, at most as long as a silent line may go unnoticed.
         *
         * @param heard takes what was heard, in order
         */
        void hear(Consumer<String> heard) throws SQLException;
    }
}
