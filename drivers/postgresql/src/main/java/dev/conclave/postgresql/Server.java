package dev.conclave.postgresql;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Names;
import dev.conclave.spi.Target;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;

/** Where the server is and how to connect to it. */
final class Server {
    private static final Set<String> TLS_MODES = Set.of("disable", "prefer", "require", "verify-ca", "verify-full");

    private final Target target;
    private final String url;
    private final Properties properties = new Properties();
    private final Duration ttl;
    private final String schema;

    Server(Target target, Environment environment) {
        this.target = target;
        this.ttl = target.ttl();
        this.schema = target.option("schema").orElse("conclave");
        List<Target.Host> hosts = target.hosts().isEmpty() ? List.of(new Target.Host("localhost", -1)) : target.hosts();
        String database = target.path().startsWith("/") ? target.path().substring(1) : target.path();
        this.url = "jdbc:postgresql://"
                + hosts.stream().map(Target.Host::toString).collect(Collectors.joining(","))
                + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
        target.user().ifPresent(user -> PGProperty.USER.set(properties, user));
        target.password().ifPresent(password -> PGProperty.PASSWORD.set(properties, password));
        if (hosts.size() > 1) {
            PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        }
        int seconds = (int) Math.max(1, (environment.callTimeout().toMillis() + 999) / 1_000);
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.APPLICATION_NAME.set(properties, "conclave " + Names.encoded(environment.member()));
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        if (PromptSockets.areVisibleTo(Driver.class)) {
            PGProperty.SOCKET_FACTORY.set(properties, PromptSockets.class.getName());
            PGProperty.SSL_FACTORY.set(properties, KeptTls.class.getName());
        }
        // Named statements only once it is known that no pooler swaps the connection under them.
        PGProperty.PREPARE_THRESHOLD.set(properties, 0);
        setTls();
    }

    private void setTls() {
        String mode = target.option("tls").orElse(target.option("tls-ca").isPresent() ? "verify-full" : "prefer");
        if (!TLS_MODES.contains(mode)) {
            throw new MisconfiguredException(
                    "option tls must be disable, prefer, require, verify-ca or verify-full, not '" + mode + "'");
        }
        PGProperty.SSL_MODE.set(properties, mode);
        target.option("tls-ca").ifPresent(file -> PGProperty.SSL_ROOT_CERT.set(properties, file));
        target.option("tls-certificate").ifPresent(file -> PGProperty.SSL_CERT.set(properties, file));
        target.option("tls-key").ifPresent(file -> PGProperty.SSL_KEY.set(properties, file));
    }

    String schema() {
        return schema;
    }

    Duration ttl() {
        return ttl;
    }

    /** How long an answer may take until its connection is given up. */
    int patienceMillis() {
        return Math.toIntExact(ttl.toMillis());
    }

    /** A new connection, on which a statement may take a call's time-out. */
    Connection connect() throws SQLException {
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("not a URL of the client library: " + url);
        }
        return connection;
    }

    /** Lets a connection be used: it is known to be a server's own. */
    void prepare(Connection connection) throws SQLException {
        connection.unwrap(PGConnection.class).setPrepareThreshold(1);
        // A connection that is stuck is survived for as long as the session can be: what it swallowed may yet arrive.
        connection.setNetworkTimeout(Runnable::run, patienceMillis());
        try (Statement statement = connection.createStatement()) {
            // All in one round trip.
            String settings = "set search_path to " + Definition.quoted(schema) + "; set synchronous_commit to off;"
                    + " set statement_timeout to " + ttl.toMillis();
            // Few rows, each by its key: one plan fits all. Planned anew for arrays of each length, a batch costs half
            // as much again; planned while the tables are empty, it would read them whole ever after, or all of a
            // queue's past.
            String plans = "; set plan_cache_mode to force_generic_plan; set enable_seqscan to off;"
                    + " set enable_bitmapscan to off; set jit to off";
            statement.execute(settings + plans);
        }
    }

    /** As in the application's URL, without secrets. */
    @Override
    public String toString() {
        return target.toString();
    }
}
