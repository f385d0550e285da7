package dev.conclave.redis;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.servers.Ports;
import dev.conclave.servers.RedisServer;
import dev.conclave.servers.ServerBackend;
import dev.conclave.spi.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The Redis driver")
class RedisConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws Exception {
        return new OneServer(RedisServer.options().durable().start());
    }

    private static final class OneServer extends ServerBackend<RedisServer> {
        private final List<RedisServer> bad = new ArrayList<>();

        private OneServer(RedisServer server) {
            super(server);
        }

        @Override
        protected String urlVia(InetSocketAddress address) {
            return "redis://127.0.0.1:" + address.getPort();
        }

        /** What is published is for servers that forget. This one does only where a scenario makes it, and is held to more. */
        @Override
        public Duration beliefOverlap() {
            return Duration.ZERO;
        }

        @Override
        public void flush() throws Exception {
            server().command("FLUSHALL");
        }

        /** Every element of every key, less the one number per namespace that must outlive all. */
        @Override
        public long footprint(String namespace) throws Exception {
            String prefix = "conclave:{" + Names.encoded(namespace) + "}:";
            String count = server().command(
                            "EVAL",
                            "local n = 0 for _, k in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do"
                                    + " local t = redis.call('TYPE', k).ok"
                                    + " n = n + redis.call(t == 'zset' and 'ZCARD' or 'HLEN', k) end"
                                    + " return n - redis.call('HEXISTS', ARGV[1] .. 'claims', '#')",
                            "0",
                            prefix);
            return Long.parseLong(count);
        }

        @Override
        public String urlWithPassword(String password) {
            try {
                return "redis://:" + password + "@" + locked().authority();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private RedisServer locked() throws IOException, InterruptedException {
            return keep(RedisServer.options().password("the-r1ght-one").start());
        }

        @Override
        public List<BadDeployment> badDeployments() throws Exception {
            RedisServer replica = keep(RedisServer.options()
                    .with("replicaof 127.0.0.1 " + server().port())
                    .start());
            RedisServer node =
                    keep(RedisServer.options().clustered(Ports.free()).start());
            RedisServer sentinel = keep(RedisServer.options()
                    .sentinel()
                    .with("sentinel monitor main 127.0.0.1 " + server().port() + " 1")
                    .start());
            return List.of(
                    new BadDeployment("a read-only replica", "redis://" + replica.authority(), "name its primary"),
                    new BadDeployment("a node of a cluster", "redis://" + node.authority(), "redis+cluster://"),
                    new BadDeployment("a sentinel", "redis://" + sentinel.authority(), "redis+sentinel://"),
                    new BadDeployment("no cluster", "redis+cluster://" + server().authority(), "redis://"),
                    new BadDeployment("no sentinel", "redis+sentinel://" + server().authority() + "/main", "redis://"));
        }

        private synchronized RedisServer keep(RedisServer started) {
            bad.add(started);
            return started;
        }

        @Override
        public synchronized void close() throws IOException {
            for (RedisServer each : bad) {
                each.close();
            }
            super.close();
        }
    }
}
