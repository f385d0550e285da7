package dev.conclave.faults.sites;

import dev.conclave.servers.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** What sites with a single server share. */
abstract class OneServer<S extends Server> implements Site {
    private final S server;

    OneServer(S server) {
        this.server = server;
    }

    final S server() {
        return server;
    }

    @Override
    public final List<InetSocketAddress> reached() {
        return List.of(server.address());
    }

    @Override
    public final List<Server> servers() {
        return List.of(server);
    }

    @Override
    public final boolean canBeWiped() {
        return true;
    }

    @Override
    public final void close() throws IOException {
        server.close();
    }
}
