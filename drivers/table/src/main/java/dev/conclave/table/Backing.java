package dev.conclave.table;

import dev.conclave.ConclaveException;
import dev.conclave.DriverInfo;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.time.Duration;

/** What one kind of driver over a table is made of. */
public interface Backing {
    /** What the driver promises. */
    DriverInfo info();

    /** Finds where a target's store is or will be. */
    Site site(Target target) throws IOException;

    /**
     * Says what is wrong with a store, and what to do now.
     *
     * @param store how it is called, or the URL if that is not known
     */
    ConclaveException failure(Object store, Throwable failure);

    /** Where a store is; {@code toString} is how it is called in messages. */
    interface Site {
        /** Equal for all that lead to one store. */
        Object identity() throws IOException;

        /** Opens the store and registers this process in its table. May wait that long for the mutex. */
        Carrier open(Duration patience) throws IOException;
    }
}
