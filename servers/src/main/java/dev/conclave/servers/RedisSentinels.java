package dev.conclave.servers;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A Redis primary, a replica of it, and three sentinels that soon promote the replica when the primary is gone. */
public final class RedisSentinels implements AutoCloseable {
    /** By what name the sentinels know the primary. */
    public static final String PRIMARY_NAME = "main";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RedisServer primary;
    private final List<RedisServer> all = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels() throws IOException, InterruptedException {
        primary = RedisServer.options().volatileOnly().start();
        all.add(primary);
    }

    /** Starts all and waits until each knows of the others. */
    public static RedisSentinels start() throws IOException, InterruptedException {
        RedisSentinels started = new RedisSentinels();
        try {
            started.startRest();
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void startRest() throws IOException, InterruptedException {
        RedisServer replica = RedisServer.options()
                .volatileOnly()
                .with("replicaof 127.0.0.1 " + primary.port())
                .with("repl-diskless-sync-delay 0")
                .start();
        all.add(replica);
        await(() -> replica.command("INFO", "replication").contains("master_link_status:up"), "the replica to follow");
        for (int i = 0; i < 3; i++) {
            RedisServer sentinel = RedisServer.options()
                    .sentinel()
                    .with("sentinel monitor " + PRIMARY_NAME + " 127.0.0.1 " + primary.port() + " 2")
                    .with("sentinel down-after-milliseconds " + PRIMARY_NAME + " 500")
                    .with("sentinel failover-timeout " + PRIMARY_NAME + " 5000")
                    .start();
            all.add(sentinel);
            sentinels.add(sentinel);
        }
        for (RedisServer sentinel : sentinels) {
            await(() -> knowsAll(sentinel), "the sentinels to find each other");
        }
    }

    private static boolean knowsAll(RedisServer sentinel) throws IOException {
        String said = sentinel.command("INFO", "sentinel");
        return said.contains("slaves=1") && said.contains("sentinels=3");
    }

    /** Something to wait for. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    static void await(Condition condition, String what) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("waited in vain for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The server that is the primary at first. */
    public RedisServer primary() {
        return primary;
    }

    /** The other one. */
    public RedisServer replica() {
        return all.get(1);
    }

    /** Has the sentinels promote the server that is not the primary now, and waits until they say that it is; returns it. */
    public RedisServer failOver() throws IOException, InterruptedException {
        RedisServer promoted = leader() == primary() ? replica() : primary();
        sentinels.get(0).command("SENTINEL", "FAILOVER", PRIMARY_NAME);
        await(() -> leader() == promoted, "the promotion of " + promoted.authority());
        return promoted;
    }

    /** The one of the two servers that the sentinels name now. */
    public RedisServer leader() throws IOException {
        String named = sentinels.get(0).command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", PRIMARY_NAME);
        return named.endsWith("\n" + primary().port()) ? primary() : replica();
    }

    /** The sentinels' addresses, as in a URL. */
    public String authority() {
        return sentinels.stream().map(RedisServer::authority).collect(Collectors.joining(","));
    }

    @Override
    public void close() throws IOException {
        for (RedisServer each : all) {
            each.close();
        }
    }
}
