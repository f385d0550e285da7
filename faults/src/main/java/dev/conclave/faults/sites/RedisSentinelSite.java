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
 * Two servers that store nothing, one following the other, and three sentinels on which no fault falls.
 *
 * <p>No faults of the network: a member learns the primary's address from the sentinels, which know only one for all, their own included. So there
 * can be no proxy for each member.
 */
final class RedisSentinelSite implements Site {
    private final RedisSentinels sentinels = RedisSentinels.start();

    RedisSentinelSite() throws IOException, InterruptedException {}

    @Override
    public String driver() {
        return "redis";
    }

    @Override
    public String deployment() {
        return "a primary, a replica and three sentinels; without persistence";
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
        return List.of(sentinels.primary(), sentinels.replica());
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
        return sentinels.failOver() == sentinels.primary() ? "server-1" : "server-2";
    }

    @Override
    public Map<String, Long> residue() throws IOException {
        RedisServer leader = sentinels.leader();
        Map<String, Long> residue = new TreeMap<>(RedisKeys.elements(leader));
        residue.put("connections", RedisKeys.clients(sentinels.primary()) + RedisKeys.clients(sentinels.replica()));
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
