package dev.conclave.postgresql;

import dev.conclave.DriverInfo;
import dev.conclave.Trait;
import dev.conclave.jdbc.JdbcDriver;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Serves {@code postgresql://user:password@host/database}, for PostgreSQL 14 and newer.
 *
 * <p>A session is a connection: it ends when the server sees the connection end, or when it has heard nothing on it for the
 * time-to-live. A broken connection is therefore a lost session.
 */
public final class PostgresqlDriverProvider implements DriverProvider {
    private static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

    /**
     * Of a deployment. Two can believe at once if the server has lost a member's connection, by its own crash or by a reset that
     * reached the server alone, and the member hears neither of that nor of the server's question: then until its time-to-live.
     */
    static DriverInfo info(Duration ttl) {
        return new DriverInfo(
                "postgresql",
                List.of("postgresql", "postgres"),
                List.of(
                        "postgresql://user:password@host:5432/database",
                        "postgresql://user:password@host1,host2/database"),
                Set.of(
                        Trait.LINEARIZABLE,
                        Trait.FAIR,
                        Trait.PUSH,
                        Trait.INSTANT_DEATH,
                        Trait.MULTI_HOST,
                        Trait.MULTI_PROCESS,
                        Trait.DURABLE,
                        Trait.VOLATILE),
                Optional.of(Duration.ofSeconds(1)),
                ttl);
    }

    /** For {@link java.util.ServiceLoader}. */
    public PostgresqlDriverProvider() {}

    @Override
    public DriverInfo info() {
        return info(DEFAULT_TTL);
    }

    @Override
    public List<DriverOption> options() {
        return List.of(
                new DriverOption(
                        "schema", "the schema of Conclave's tables, created if it is missing; conclave", false),
                new DriverOption(
                        "tls",
                        "disable, prefer, require (encrypted), verify-ca or verify-full (and the server is who it says);"
                                + " prefer, with tls-ca verify-full",
                        false),
                new DriverOption("tls-ca", "PEM file of the certificate authorities to trust", false),
                new DriverOption("tls-certificate", "PEM file of the client's certificate", false),
                new DriverOption("tls-key", "PEM file of the client's private key", false));
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        return JdbcDriver.open(new PostgresqlDialect(new Server(target, environment)), target, environment);
    }
}
