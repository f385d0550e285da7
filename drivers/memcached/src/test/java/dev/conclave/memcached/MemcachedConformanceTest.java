package dev.conclave.memcached;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.servers.ServerBackend;
import dev.conclave.spi.Names;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The memcached driver")
class MemcachedConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws Exception {
        return new OneServer(MemcachedServer.options().start());
    }

    private static final class OneServer extends ServerBackend<MemcachedServer> {
        private final List<MemcachedServer> bad = new ArrayList<>();

        private OneServer(MemcachedServer server) {
            super(server);
        }

        @Override
        protected String urlVia(InetSocketAddress address) {
            return "memcached://127.0.0.1:" + address.getPort();
        }

        /** What is published is for servers that forget. This one does only where a scenario makes it, and is held to more. */
        @Override
        public Duration beliefOverlap() {
            return Duration.ZERO;
        }

        @Override
        public void flush() throws Exception {
            server().command("flush_all");
        }

        @Override
        public long footprint(String namespace) throws Exception {
            String prefix = "key=conclave%3A" + Names.encoded(namespace) + "%3A";
            return server().command("lru_crawler metadump hash").stream()
                    .filter(line -> line.startsWith(prefix))
                    .count();
        }

        @Override
        public String urlWithPassword(String password) {
            try {
                return "memcached://ada:" + password + "@"
                        + keep(MemcachedServer.options()
                                        .user("ada", "the-r1ght-one")
                                        .start())
                                .authority();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public List<BadDeployment> badDeployments() throws Exception {
            MemcachedServer unable = keep(MemcachedServer.options().with("-C").start());
            return List.of(new BadDeployment(
                    "a server without compare-and-set", "memcached://" + unable.authority(), "without -C"));
        }

        private synchronized MemcachedServer keep(MemcachedServer started) {
            bad.add(started);
            return started;
        }

        @Override
        public synchronized void close() throws IOException {
            for (MemcachedServer each : bad) {
                each.close();
            }
            super.close();
        }
    }
}
