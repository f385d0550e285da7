package dev.conclave.servers;

import dev.conclave.kit.Backend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** The kit's backend where that is one server: whatever is done to the process of any server alike. */
public abstract class ServerBackend<S extends Server> implements Backend {
    private final S server;

    /** Takes over a server that is started; closes it in the end. */
    protected ServerBackend(S server) {
        this.server = server;
    }

    /** The server. */
    public final S server() {
        return server;
    }

    /** The URL to reach the server by its own address or that of a proxy. */
    protected abstract String urlVia(InetSocketAddress address);

    @Override
    public final String url() {
        return urlVia(server.address());
    }

    @Override
    public final Optional<Wire> wire() {
        return Optional.of(new Wire(server.address(), this::urlVia));
    }

    @Override
    public final void pause() throws Exception {
        server.process().pause();
    }

    @Override
    public final void resume() throws Exception {
        server.process().resume();
    }

    @Override
    public final void restart() throws Exception {
        server.process().restart();
    }

    @Override
    public final void restartEmpty() throws Exception {
        server.restartEmpty();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
