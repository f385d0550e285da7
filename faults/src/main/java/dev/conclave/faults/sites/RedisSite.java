package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.servers.RedisServer;
import dev.conclave.servers.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A server that syncs each write to the disk. */
final class RedisSite implements Site {
    private final RedisServer server = RedisServer.options().durable().start();

    RedisSite() throws IOException, InterruptedException {}

    @Override
    public String driver() {
        return "redis";
    }

    @Override
    public String deployment() {
        return "one server, appendfsync always";
    }

    @Override
    public String version() throws IOException {
        return RedisKeys.version(server);
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "redis://" + Sites.authority(addresses);
    }

    @Override
    public List<InetSocketAddress> reached() {
        return List.of(server.address());
    }

    @Override
    public List<Server> servers() {
        return List.of(server);
    }

    @Override
    public boolean canBeWiped() {
        return true;
    }

    @Override
    public Set<Kind> more() {
        return Set.of(Kind.FLUSH);
    }

    @Override
    public void flush() throws IOException {
        server.command("FLUSHALL");
    }

    @Override
    public Map<String, Long> residue() throws IOException {
        Map<String, Long> residue = new TreeMap<>(RedisKeys.elements(server));
        residue.put("connections", RedisKeys.clients(server));
        return residue;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
