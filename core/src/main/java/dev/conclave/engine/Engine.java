package dev.conclave.engine;

import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Target;

/** Where the API meets the engine. */
public final class Engine {
    private Engine() {}

    /** Connects; errors as {@link dev.conclave.Conclave#connect(String, String)}. */
    public static Coordinator connect(DriverProvider provider, Target target, String member, ConnectOptions options)
            throws InterruptedException {
        throw new InterruptedException();
    }
}
