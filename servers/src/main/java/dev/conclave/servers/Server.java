package dev.conclave.servers;

import java.io.IOException;
import java.net.InetSocketAddress;

/** One server as a child process, on a port of its own of the loopback interface. */
public interface Server extends AutoCloseable {
    /** Where clients reach it. */
    InetSocketAddress address();

    /** Host and port as in a URL. */
    default String authority() {
        return "127.0.0.1:" + address().getPort();
    }

    /** The child process, to be paused, resumed, killed and started again with what it stored. */
    ServerProcess process();

    /** Kills it, and starts it again on its port with nothing stored. */
    void restartEmpty() throws IOException, InterruptedException;

    /** Kills it and removes what it stored. */
    @Override
    void close() throws IOException;
}
