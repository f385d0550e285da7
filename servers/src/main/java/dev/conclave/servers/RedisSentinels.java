package dev.conclave.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Redis primary, replicas of it, and three sentinels that soon promote one of these when the primary is gone. */
public final class RedisSentinels implements AutoCloseable {
    /** By what name the sentinels know the primary. */
    public static final String PRIMARY_NAME = "main";

    private final RedisServer primary;
    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels(String... settings) throws IOException, InterruptedException {
        primary = start(settings);
    }

    /** Starts a primary, one replica and the sentinels, and waits until each knows of the others. */
    public static RedisSentinels start() throws IOException, InterruptedException {
        return started(new RedisSentinels(), 1);
    }

    /**
     * The same with two replicas, and none of the three takes writes unless one other follows it: a primary that was replaced while it
     * was well stops then, as soon as its replicas have gone to its successor.
     */
    public static RedisSentinels startGuarded() throws IOException, InterruptedException {
        return started(new RedisSentinels("min-replicas-to-write 1", "min-replicas-max-lag 2"), 2);
    }

    private static RedisSentinels started(RedisSentinels redis, int replicas) throws IOException, InterruptedException {
        try {
            redis.startRest(replicas);
            return redis;
        } catch (IOException | InterruptedException | RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    private RedisServer start(String... settings) throws IOException, InterruptedException {
        RedisServer.Options options = RedisServer.options().volatileOnly();
        for (String setting : settings) {
            options.with(setting);
        }
        RedisServer started = options.start();
        servers.add(started);
        return started;
    }

    private void startRest(int replicas) throws IOException, InterruptedException {
        for (int i = 0; i < replicas; i++) {
            RedisServer replica = start(
                    "replicaof 127.0.0.1 " + primary.port(),
                    "repl-diskless-sync-delay 0",
                    replicas > 1 ? "min-replicas-to-write 1" : "min-replicas-to-write 0",
                    "min-replicas-max-lag 2");
            Waiting.until(
                    () -> replica.command("INFO", "replication").contains("master_link_status:up"),
                    "the replica to follow");
        }
        for (int i = 0; i < 3; i++) {
            sentinels.add(RedisServer.options()
                    .sentinel()
                    .with("sentinel monitor " + PRIMARY_NAME + " 127.0.0.1 " + primary.port() + " 2")
                    .with("sentinel down-after-milliseconds " + PRIMARY_NAME + " 500")
                    .with("sentinel failover-timeout " + PRIMARY_NAME + " 5000")
                    .start());
        }
        for (RedisServer sentinel : sentinels) {
            Waiting.until(() -> knowsAll(sentinel, replicas), "the sentinels to find each other");
        }
    }

    private static boolean knowsAll(RedisServer sentinel, int replicas) throws IOException {
        String said = sentinel.command("INFO", "sentinel");
        return said.contains("slaves=" + replicas) && said.contains("sentinels=3");
    }

    /** The server that is the primary at first. */
    public RedisServer primary() {
        return primary;
    }

    /** Its only replica at first, or the first of them. */
    public RedisServer replica() {
        return servers.get(1);
    }

    /** All but the sentinels, the first primary first. */
    public List<RedisServer> servers() {
        return List.copyOf(servers);
    }

    /** Has the sentinels promote a server that is not the primary now, and waits until they say that it is; returns it. */
    public RedisServer failOver() throws IOException, InterruptedException {
        RedisServer before = leader();
        Waiting.until(this::failingOver, "a replica that can be promoted");
        Waiting.until(() -> leader() != before, "another primary than " + before.authority());
        return leader();
    }

    /** After a moment without an answer, no replica may be good enough for a while. */
    private boolean failingOver() throws IOException {
        try {
            sentinels.get(0).command("SENTINEL", "FAILOVER", PRIMARY_NAME);
            return true;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).startsWith("NOGOODSLAVE")) {
                return false;
            }
            throw e;
        }
    }

    /** The server that the sentinels name now. */
    public RedisServer leader() throws IOException {
        String named = sentinels.get(0).command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", PRIMARY_NAME);
        return servers.stream()
                .filter(server -> named.endsWith("\n" + server.port()))
                .findFirst()
                .orElseThrow(() -> new IOException("the sentinels name a primary that is none of ours: " + named));
    }

    /** The sentinels' addresses, as in a URL. */
    public String authority() {
        return sentinels.stream().map(RedisServer::authority).collect(Collectors.joining(","));
    }

    @Override
    public void close() throws IOException {
        for (RedisServer each : sentinels) {
            each.close();
        }
        for (RedisServer each : servers) {
            each.close();
        }
    }
}
