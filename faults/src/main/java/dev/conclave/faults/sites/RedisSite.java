package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.servers.RedisServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A server that syncs each write to the disk. */
final class RedisSite extends OneServer<RedisServer> {
    RedisSite() throws IOException, InterruptedException {
        super(RedisServer.options().durable().start());
    }

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
        return RedisKeys.version(server());
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "redis://" + Sites.authority(addresses);
    }

    @Override
    public Set<Kind> more() {
        return Set.of(Kind.FLUSH);
    }

    @Override
    public void flush() throws IOException {
        server().command("FLUSHALL");
    }

    @Override
    public Map<String, Long> residue() throws IOException {
        Map<String, Long> residue = new TreeMap<>(RedisKeys.elements(server()));
        residue.put("connections", RedisKeys.clients(server()));
        return residue;
    }

    @Override
    public Map<String, Long> bounds() {
        return RedisKeys.BOUNDS;
    }
}
