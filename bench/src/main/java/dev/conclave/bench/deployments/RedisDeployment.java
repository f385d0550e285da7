package dev.conclave.bench.deployments;

import dev.conclave.servers.RedisServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import redis.clients.jedis.Jedis;

/**
 * Redis without persistence. "Round trips" are the times that it read from a connection, which takes in all that was
 * pipelined; "commands" include those that scripts call.
 */
final class RedisDeployment implements Deployment {
    private final RedisServer server;
    private final Jedis observer;

    RedisDeployment() throws IOException, InterruptedException {
        server = RedisServer.options().volatileOnly().start();
        observer = new Jedis("127.0.0.1", server.port());
    }

    @Override
    public String url() {
        return "redis://" + server.authority();
    }

    @Override
    public String version() {
        return "Redis " + fields("server").get("redis_version") + ", no persistence";
    }

    @Override
    public long pid() {
        return server.process().pid();
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, String> stats = fields("stats");
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("round trips", Long.parseLong(stats.get("total_reads_processed")));
        counters.put("commands", Long.parseLong(stats.get("total_commands_processed")));
        counters.put(BYTES_SENT, Long.parseLong(stats.get("total_net_output_bytes")));
        return counters;
    }

    private Map<String, String> fields(String section) {
        Map<String, String> fields = new LinkedHashMap<>();
        observer.info(section).lines().filter(line -> line.indexOf(':') > 0).forEach(line -> {
            int colon = line.indexOf(':');
            fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
        });
        return fields;
    }

    @Override
    public void close() throws IOException {
        try (server) {
            observer.close();
        }
    }
}
