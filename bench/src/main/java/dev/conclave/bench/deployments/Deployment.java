package dev.conclave.bench.deployments;

import java.util.Map;

/** A server that was started for the benchmark, and that all contestants on a backend share. */
public interface Deployment extends AutoCloseable {
    /** The counter of what the server has sent, for those that tell it. */
    String BYTES_SENT = "bytes sent";

    /** As Conclave writes it. */
    String url();

    /** The server's name and version. */
    String version() throws Exception;

    /** Its process, to be bound to a processor; -1 if there is none. */
    long pid() throws Exception;

    /**
     * What it has been asked since it started, by the names of the counters, the one that matters first, and {@link #BYTES_SENT}
     * last if it tells. Reading them counts itself; see {@link Counting}.
     */
    Map<String, Long> counters() throws Exception;

    @Override
    void close() throws Exception;
}
