package dev.conclave.mysql;

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
 * Serves {@code mysql://user:password@host/database} and {@code mariadb://user:password@host/database}, for MySQL 5.7.5 and newer and
 * MariaDB.
 *
 * <p>A session is a connection: it ends when the server sees the connection end, or when it has heard nothing on it for the
 * time-to-live. A broken connection is therefore a lost session.
 */
public final class MysqlDriverProvider implements DriverProvider {
    private static final Duration DEFAULT_TTL = Duration.ofSeconds(10);

    /**
     * Of a deployment. Two can believe at once if the server has lost a member's connection, by its own crash or by a reset that
     * reached the server alone, and the member hears neither of that nor of the server's question: then until its time-to-live.
     */
    static DriverInfo info(Duration ttl) {
        return new DriverInfo(
                "mysql",
                List.of("mysql", "mariadb"),
                List.of(
                        "mysql://user:password@host:3306/database",
                        "mariadb://user:password@host:3306/database",
                        "mysql://user:password@host1,host2/database"),
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
    public MysqlDriverProvider() {}

    @Override
    public DriverInfo info() {
        return info(DEFAULT_TTL);
    }

    @Override
    public List<DriverOption> options() {
        return List.of(
                new DriverOption(
                        "single-writer",
                        "true lets a node of Galera or Group Replication be used: all members write to this one; false",
                        false),
                new DriverOption(
                        "tls",
                        "disable, prefer, require (encrypted), verify-ca or verify-full (and the server is who it says);"
                                + " prefer, with tls-ca verify-full",
                        false),
                new DriverOption("tls-ca", "PEM file of the certificate authorities to trust", false),
                new DriverOption("tls-certificate", "PEM file of the certificate to show to the server; none", false),
                new DriverOption("tls-key", "PEM file of that certificate's key, PKCS #8 and unencrypted", false));
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        return JdbcDriver.open(new MysqlDialect(new Server(target, environment)), target, environment);
    }
}
