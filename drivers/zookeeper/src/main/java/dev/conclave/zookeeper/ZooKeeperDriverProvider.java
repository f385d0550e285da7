package dev.conclave.zookeeper;

import dev.conclave.DriverInfo;
import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import dev.conclave.Trait;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import dev.conclave.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.AddWatchMode;

/** Serves {@code zookeeper://host:2181,host2:2181/root}: the path is the node under which all that we store stands. */
public final class ZooKeeperDriverProvider implements DriverProvider {
    static final DriverInfo INFO = new DriverInfo(
            "zookeeper",
            List.of("zookeeper"),
            List.of("zookeeper://host:2181", "zookeeper://user:password@host:2181,host2:2181,host3:2181/root"),
            Set.of(
                    Trait.LINEARIZABLE,
                    Trait.FAIR,
                    Trait.PUSH,
                    Trait.SURVIVES_FAILOVER,
                    Trait.MULTI_HOST,
                    Trait.MULTI_PROCESS,
                    Trait.DURABLE),
            Optional.empty(),
            overlap(Duration.ofSeconds(10)));

    private static final int CALLS_PER_CONNECT = 2;
    private static final int SMALLEST_ENSEMBLE = 3;
    private static final int RENEWALS_PER_TTL = 3;

    /** For {@link java.util.ServiceLoader}. */
    public ZooKeeperDriverProvider() {}

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public List<DriverOption> options() {
        return List.of(
                new DriverOption("tls-ca", "PEM file of the certificate authorities to trust; turns TLS on", false),
                new DriverOption("tls-certificate", "PEM file of the certificate to show to the server; none", false),
                new DriverOption("tls-key", "PEM file of that certificate's private key; none", false));
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        Deployment deployment;
        try {
            deployment = new Deployment(target);
        } catch (IOException e) {
            return Later.failed(new MisconfiguredException("the TLS files of '" + target + "' cannot be read", e));
        }
        Failures failures = new Failures(deployment, environment.member());
        Watches watches = new Watches(environment.signals());
        Handles handles = new Handles(deployment, environment, target.ttl(), watches::wakeAll);
        Namespaces namespaces = new Namespaces(deployment, watches::wakeAll);
        return connect(environment, failures, handles)
                .thenCompose(handle -> probe(handle, deployment, namespaces))
                .<Driver>thenApply(
                        info -> new ZooKeeperDriver(info, deployment, failures, handles, namespaces, watches))
                .whenComplete((driver, failure) -> {
                    if (failure != null) {
                        // In the background: a client that is connecting takes its time to stop.
                        handles.discardAll(deployment::close);
                    }
                })
                .exceptionallyCompose(failure -> Later.failed(failures.of("connecting", Failures.cause(failure))));
    }

    /** The first connection, within two calls' time: the engine gives up a little later, and cannot say why. */
    private static CompletableFuture<Handle> connect(Environment environment, Failures failures, Handles handles) {
        Duration patience = environment.callTimeout().multipliedBy(CALLS_PER_CONNECT);
        CompletableFuture<Handle> connected = handles.any().connected().copy();
        TimeSource.Timer timer = environment.time().schedule(patience, () -> {
            boolean late = connected.completeExceptionally(new TimeoutException());
            assert late || connected.isDone();
        });
        return connected.whenComplete((handle, failure) -> timer.cancel()).exceptionallyCompose(failure -> {
            Throwable cause = Failures.cause(failure);
            return Later.failed(
                    cause instanceof TimeoutException ? failures.silent(Durations.format(patience)) : cause);
        });
    }

    private static CompletableFuture<DriverInfo> probe(Handle handle, Deployment deployment, Namespaces namespaces) {
        return namespaces.find(handle).thenCompose(space -> {
            CompletableFuture<Reply<Boolean>> watchable =
                    handle.addWatch(space.root(), event -> {}, AddWatchMode.PERSISTENT);
            return handle.servers(deployment.serversNamed())
                    .thenCombine(watchable, (servers, ok) -> of(servers, handle.negotiated()));
        });
    }

    /** What a deployment promises: of fewer than three servers, none can be lost. */
    static DriverInfo of(int servers, Duration ttl) {
        Set<Trait> traits = EnumSet.copyOf(INFO.traits());
        if (servers < SMALLEST_ENSEMBLE) {
            traits.remove(Trait.SURVIVES_FAILOVER);
        }
        return new DriverInfo(
                INFO.name(),
                INFO.schemes(),
                INFO.urlForms(),
                traits,
                INFO.deathSeenWithin(),
                servers > 1 ? overlap(ttl) : Duration.ZERO);
    }

    /**
     * A server alone counts a session's time from when it gets a renewal, which is after it was sent: no overlap. In an ensemble the leader
     * counts, and hears from the others twice in a tick whose clients have lived. A server that loses the leader right after it answered a
     * renewal does not pass that on; then the session ends a time-to-live after the renewal before, a third earlier than its owner believes.
     */
    private static Duration overlap(Duration ttl) {
        return ttl.dividedBy(RENEWALS_PER_TTL);
    }
}
