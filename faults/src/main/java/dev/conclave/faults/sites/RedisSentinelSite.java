package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.servers.RedisSentinels;
import dev.conclave.servers.RedisServer;
import dev.conclave.servers.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Three servers that store nothing, two of them following the first, and three sentinels on which no fault falls.
 *
 * <p>No faults of the network: a member learns the primary's address from the sentinels, which know only one for all, their own included. So there
 * can be no proxy for each member.
 */
final class RedisSentinelSite implements Site {
    private final RedisSentinels sentinels = RedisSentinels.startGuarded();

    RedisSentinelSite() throws IOException, InterruptedException {}

    @Override
    public String driver() {
        return "redis";
    }

    @Override
    public String deployment() {
        return "a primary, two replicas and three sentinels; min-replicas-to-write 1, without persistence";
    }

    @Override
    public String version() throws IOException {
        return RedisKeys.version(sentinels.primary());
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "redis+sentinel://" + sentinels.authority() + "/" + RedisSentinels.PRIMARY_NAME;
    }

    @Override
    public List<Server> servers() {
        return List.copyOf(sentinels.servers());
    }

    @Override
    public Set<Kind> more() {
        return Set.of(Kind.FLUSH, Kind.FAIL_OVER);
    }

    @Override
    public void flush() throws IOException {
        sentinels.leader().command("FLUSHALL");
    }

    @Override
    public String failOver() throws IOException, InterruptedException {
        return "server-" + (1 + sentinels.servers().indexOf(sentinels.failOver()));
    }

    @Override
    public Map<String, Long> residue() throws IOException {
        RedisServer leader = sentinels.leader();
        Map<String, Long> residue = new TreeMap<>(RedisKeys.elements(leader));
        long connections = 0;
        for (RedisServer server : sentinels.servers()) {
            connections += RedisKeys.clients(server);
        }
        residue.put("connections", connections);
        return residue;
    }

    @Override
    public Map<String, Long> bounds() {
        return RedisKeys.BOUNDS;
    }

    @Override
    public void close() throws IOException {
        sentinels.close();
    }
}
