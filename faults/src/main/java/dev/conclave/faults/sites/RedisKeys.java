package dev.conclave.faults.sites;

import dev.conclave.faults.member.LoadMain;
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.Names;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;

/** What an operator sees on a Redis server. */
final class RedisKeys {
    /** A group remembers who came and went, up to a limit. */
    static final Map<String, Long> BOUNDS = Map.of("elements of log:" + LoadMain.GROUP, 1_024L);

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

    /** The elements of each key of the namespace. */
    static Map<String, Long> elements(RedisServer server) throws IOException {
        String prefix = "conclave:{" + Names.encoded(Site.NAMESPACE) + "}:";
        String counts = server.command(
                "EVAL",
                "local n = {} for _, k in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do"
                        + " local t = redis.call('TYPE', k).ok"
                        + " local c = t == 'string' and 1 or redis.call(t == 'zset' and 'ZCARD' or 'HLEN', k)"
                        + " n[#n + 1] = 'elements of ' .. k:sub(#ARGV[1] + 1) .. '=' .. c end"
                        + " return n",
                "0",
                prefix);
        return counts.lines()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf('=')),
                        line -> Long.parseLong(line.substring(line.lastIndexOf('=') + 1))));
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
