package dev.conclave.redis;

import dev.conclave.DriverInfo;
import dev.conclave.Trait;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Tls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Serves Redis 6 and newer and Valkey: a server of its own, one behind sentinels, or a cluster.
 *
 * <p>Not {@link Trait#LINEARIZABLE} and not {@link Trait#SURVIVES_FAILOVER}, though one server does each step at one instant and
 * mostly a replica knows of it before the primary fails: replication is asynchronous, so what was confirmed can be lost. Holders
 * are told, and tokens still grow as long as the servers' clocks differ less than a fail-over takes. {@link Trait#VOLATILE}
 * whatever the persistence, since a running server can be flushed or evict. {@link Trait#DURABLE} is kept only where the probe
 * found each write synced to the disk.
 */
public final class RedisDriverProvider implements DriverProvider {
    /**
     * Members of a server that forgets nothing never both believe to hold a name. After a flush, an eviction or a fail-over that
     * loses writes, the former holder believes until its next renewal, or until its deadline if it is cut off: one time-to-live,
     * here the default one.
     */
    static final DriverInfo INFO = new DriverInfo(
            "redis",
            List.of("redis", "rediss", "redis+sentinel", "redis+cluster"),
            List.of(
                    "redis://host:6379/0",
                    "rediss://user:password@host:6379/0",
                    "redis+sentinel://host:26379,host2/PRIMARY-NAME",
                    "redis+cluster://host:6379,host2"),
            Set.of(Trait.FAIR, Trait.PUSH, Trait.MULTI_HOST, Trait.MULTI_PROCESS, Trait.VOLATILE, Trait.DURABLE),
            Optional.empty(),
            Duration.ofSeconds(10));

    /** For {@link java.util.ServiceLoader}. */
    public RedisDriverProvider() {}

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public List<DriverOption> options() {
        List<DriverOption> options = new ArrayList<>(Tls.OPTIONS);
        options.add(new DriverOption(
                "tls", "true for TLS with redis+sentinel: and redis+cluster:, as rediss: has it; false", false));
        options.add(new DriverOption("sentinel-user", "user at the sentinels, if they ask for one; default", false));
        options.add(new DriverOption("sentinel-password", "password at the sentinels, if they ask for one", true));
        return List.copyOf(options);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closing what came too late for anybody
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        Keys keys = new Keys(target.namespace());
        Servers servers = new Servers(target, environment, keys);
        CompletableFuture<Driver> opened = new CompletableFuture<>();
        // Connecting blocks, and nobody is to be blocked by it; the driver's own thread begins with a connection.
        Thread thread = new Thread(
                () -> {
                    try {
                        Driver driver = RedisDriver.open(target, environment, keys, servers);
                        if (!opened.complete(driver)) {
                            driver.close();
                        }
                    } catch (Throwable e) {
                        opened.completeExceptionally(e);
                    }
                },
                "conclave-redis-open");
        thread.setDaemon(true);
        thread.start();
        return opened;
    }
}
