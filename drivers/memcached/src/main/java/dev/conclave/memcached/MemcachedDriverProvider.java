package dev.conclave.memcached;

import dev.conclave.DriverInfo;
import dev.conclave.Trait;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Serves memcached 1.6.10 and newer, one server.
 *
 * <p>{@link Trait#VOLATILE}: a memcached forgets all when it restarts or is flushed, and what it likes when its memory is full. Holders
 * are told, and tokens still grow. Not {@link Trait#PUSH}: whoever waits or watches polls. Not {@link Trait#LINEARIZABLE}: a step that
 * tells of several items, a name and the sessions that hold it, tells each as at one instant, not all.
 */
public final class MemcachedDriverProvider implements DriverProvider {
    /**
     * Members of a server that forgets nothing never both believe to hold a name. After a flush, an eviction or a restart the former
     * holder believes until its next renewal, or until its deadline if it is cut off: one time-to-live, here the default one.
     */
    static final DriverInfo INFO = new DriverInfo(
            "memcached",
            List.of("memcached", "memcacheds"),
            List.of("memcached://host:11211", "memcacheds://user:password@host:11211"),
            Set.of(Trait.FAIR, Trait.MULTI_HOST, Trait.MULTI_PROCESS, Trait.VOLATILE),
            Optional.empty(),
            Duration.ofSeconds(10));

    /** For {@link java.util.ServiceLoader}. */
    public MemcachedDriverProvider() {}

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public List<DriverOption> options() {
        return Tls.OPTIONS;
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        CompletableFuture<Driver> opened = new CompletableFuture<>();
        new Opening(target, environment, opened).begin();
        return opened;
    }
}
