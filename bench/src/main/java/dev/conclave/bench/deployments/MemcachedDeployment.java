package dev.conclave.bench.deployments;

import dev.conclave.servers.MemcachedServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One memcached server. "Commands" are those for one item each, which is all that contestants send after connecting; several may
 * share a round trip, which it does not count.
 */
final class MemcachedDeployment implements Deployment {
    private static final List<String> COUNTED = List.of(
            "cmd_get",
            "cmd_set",
            "cmd_touch",
            "delete_hits",
            "delete_misses",
            "incr_hits",
            "incr_misses",
            "decr_hits",
            "decr_misses");

    private final MemcachedServer server;

    MemcachedDeployment() throws IOException, InterruptedException {
        server = MemcachedServer.options().start();
    }

    @Override
    public String url() {
        return "memcached://" + server.authority();
    }

    @Override
    public String version() throws IOException {
        return server.command("stats").stream()
                .filter(line -> line.startsWith("STAT version "))
                .map(line -> "memcached " + line.substring("STAT version ".length()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public long pid() {
        return server.process().pid();
    }

    @Override
    public Map<String, Long> counters() throws IOException {
        List<String> stats = server.command("stats");
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("commands", sum(stats, COUNTED));
        counters.put(BYTES_SENT, sum(stats, List.of("bytes_written")));
        return counters;
    }

    private static long sum(List<String> stats, List<String> counted) {
        return stats.stream()
                .map(line -> line.split(" ", 3))
                .filter(words -> words.length == 3 && counted.contains(words[1]))
                .mapToLong(words -> Long.parseLong(words[2]))
                .sum();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
