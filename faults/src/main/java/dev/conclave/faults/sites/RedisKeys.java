package dev.conclave.faults.sites;

import dev.conclave.servers.RedisServer;
import dev.conclave.spi.Names;
import java.io.IOException;

/** What an operator sees on a Redis server. */
final class RedisKeys {
    private RedisKeys() {}

    static String version(RedisServer server) throws IOException {
        return "Redis "
                + server.command("INFO", "server")
                        .lines()
                        .filter(line -> line.startsWith("redis_version:"))
                        .findFirst()
                        .orElseThrow()
                        .substring("redis_version:".length());
    }

    /** Every element of every key of the namespace. */
    static long elements(RedisServer server) throws IOException {
        return Long.parseLong(server.command(
                "EVAL",
                "local n = 0 for _, k in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do"
                        + " local t = redis.call('TYPE', k).ok"
                        + " n = n + (t == 'string' and 1 or redis.call(t == 'zset' and 'ZCARD' or 'HLEN', k)) end"
                        + " return n",
                "0",
                "conclave:{" + Names.encoded(Site.NAMESPACE) + "}:"));
    }

    /** Who is connected, but for ourselves, replicas and sentinels. */
    static long clients(RedisServer server) throws IOException {
        return server.command("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("addr="))
                .filter(line -> !line.contains("cmd=client") && !line.contains("flags=S") && !line.contains("flags=M"))
                .filter(line -> !line.contains("name=sentinel-"))
                .count();
    }
}
