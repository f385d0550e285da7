package dev.conclave.etcd;

import dev.conclave.BackendUnavailableException;
import dev.conclave.DriverInfo;
import dev.conclave.MisconfiguredException;
import dev.conclave.Trait;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Tls;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Serves {@code etcd://host:2379,host2:2379/root}: the path is what all keys begin with, before the namespace. */
public final class EtcdDriverProvider implements DriverProvider {
    static final DriverInfo INFO = new DriverInfo(
            "etcd",
            List.of("etcd"),
            List.of("etcd://host:2379", "etcd://user:password@host:2379,host2:2379,host3:2379/root"),
            Set.of(
                    Trait.LINEARIZABLE,
                    Trait.FAIR,
                    Trait.PUSH,
                    Trait.SURVIVES_FAILOVER,
                    Trait.MULTI_HOST,
                    Trait.MULTI_PROCESS,
                    Trait.DURABLE),
            Optional.empty(),
            Duration.ZERO);

    private static final int CALLS_PER_CONNECT = 2;

    /** For {@link java.util.ServiceLoader}. */
    public EtcdDriverProvider() {}

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public List<DriverOption> options() {
        List<DriverOption> options = new ArrayList<>(Tls.OPTIONS);
        options.add(new DriverOption("tls", "true for TLS; by default where another tls option is given", false));
        return List.copyOf(options);
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        Servers servers;
        Keys keys;
        try {
            keys = new Keys(root(target), target.namespace());
            servers = new Servers(target, environment.member(), environment.callTimeout());
        } catch (MisconfiguredException e) {
            return Later.failed(e);
        }
        return connect(servers, keys, environment, 0).whenComplete((driver, failure) -> {
            if (failure != null) {
                servers.discard();
            }
        });
    }

    private static String root(Target target) {
        String path = target.path();
        String root = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (root.contains("//")) {
            throw new MisconfiguredException(
                    "the path of " + target + " has an empty part; write it with single slashes");
        }
        return root;
    }

    /** The first of the servers that serves; all of them within two calls' time, since the engine then gives up. */
    private static CompletableFuture<Driver> connect(
            Servers servers, Keys keys, Environment environment, int position) {
        Duration all = environment.callTimeout().multipliedBy(CALLS_PER_CONNECT);
        Duration each = all.dividedBy(servers.hosts().size());
        Target.Host host = servers.hosts().get(position);
        Failures patience = new Failures(environment.member(), servers.isEncrypted(), each);
        Failures failures = new Failures(environment.member(), servers.isEncrypted(), environment.callTimeout());
        Connection probe = servers.to(host, each);
        return Deployment.probe(probe)
                .exceptionallyCompose(failure -> {
                    Throwable cause = Later.cause(failure);
                    return Later.failed(
                            cause instanceof io.grpc.StatusRuntimeException told
                                    ? patience.of(host, Status.fromThrowable(told))
                                    : cause);
                })
                .whenComplete((deployment, failure) -> probe.reset())
                .thenCompose(deployment -> {
                    deployment.warn(host, environment.member());
                    DriverInfo info = deployment.info(INFO);
                    EtcdDriver made = new EtcdDriver(info, servers, failures, servers.to(host), keys, environment);
                    return made.probed().whenComplete((driver, failure) -> {
                        if (failure != null) {
                            made.abandon();
                        }
                    });
                })
                .exceptionallyCompose(failure -> {
                    Throwable cause = Later.cause(failure);
                    boolean another = cause instanceof BackendUnavailableException
                            && position + 1 < servers.hosts().size();
                    return another ? connect(servers, keys, environment, position + 1) : Later.failed(cause);
                });
    }
}
