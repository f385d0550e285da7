package dev.conclave.mysql;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Tls;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Connection;
import org.mariadb.jdbc.Driver;

/** Where the server is and how to connect to it. */
final class Server {
    static final String DEFAULT_DATABASE = "conclave";
    private static final int DEFAULT_PORT = 3306;
    private static final int CALLS_PER_CONNECT = 2;
    private static final Map<String, String> TLS_MODES = Map.of(
            "disable",
            "disable",
            "prefer",
            "trust",
            "require",
            "trust",
            "verify-ca",
            "verify-ca",
            "verify-full",
            "verify-full");

    private final Target target;
    private final Properties properties = new Properties();
    private final KeyManager @Nullable [] keys;
    /** Until a server without TLS was met. */
    private volatile boolean prefersTls;

    private final Duration callTimeout;
    private final Duration ttl;
    private final String database;

    Server(Target target, Environment environment) {
        if (target.hosts().isEmpty() && target.path().contains("@")) {
            // Not repeated in the message: it has a password where none is looked for.
            throw new MisconfiguredException(
                    "the URL names no host; write " + target.scheme() + "://user:password@host:3306/database");
        }
        this.target = target;
        this.keys = Tls.clientKeys(target).orElse(null);
        this.ttl = target.ttl();
        String path = target.path().startsWith("/") ? target.path().substring(1) : target.path();
        this.database = path.isEmpty() ? DEFAULT_DATABASE : path;
        target.user().ifPresent(user -> properties.setProperty("user", user));
        target.password().ifPresent(password -> properties.setProperty("password", password));
        this.callTimeout = environment.callTimeout();
        properties.setProperty("socketTimeout", Long.toString(callTimeout.toMillis()));
        properties.setProperty("socketFactory", Sockets.class.getName());
        setTls();
    }

    private void setTls() {
        String mode = target.option("tls").orElse(target.option("tls-ca").isPresent() ? "verify-full" : "prefer");
        String known = TLS_MODES.get(mode);
        if (known == null) {
            throw new MisconfiguredException(
                    "option tls must be disable, prefer, require, verify-ca or verify-full, not '" + mode + "'");
        }
        properties.setProperty("sslMode", known);
        prefersTls = mode.equals("prefer");
        target.option("tls-ca").ifPresent(file -> properties.setProperty("serverSslCert", file));
        if (keys != null) {
            properties.setProperty("tlsSocketType", ClientCertificate.TYPE);
        }
        // Who lets a password go without TLS lets it go encrypted by whatever key the server shows, too.
        boolean plain = mode.equals("disable") || mode.equals("prefer");
        properties.setProperty("allowPublicKeyRetrieval", Boolean.toString(plain));
    }

    /** The servers, in the order in which they are to be tried. */
    List<Target.Host> hosts() {
        return target.hosts().isEmpty() ? List.of(new Target.Host("localhost", -1)) : target.hosts();
    }

    String database() {
        return database;
    }

    /** Whether the URL names the database, so that it is not for us to create it. */
    boolean namesDatabase() {
        return target.path().length() > 1;
    }

    /** Whether somebody vouches that all members write to one node of a cluster. */
    boolean isSingleWriter() {
        return target.flag("single-writer").orElse(false);
    }

    Duration ttl() {
        return ttl;
    }

    /** How long the first connection may take to log in: it loads what TLS needs, and nobody is waiting for a session yet. */
    Duration patienceAtFirst() {
        return callTimeout.multipliedBy(CALLS_PER_CONNECT).dividedBy(hosts().size());
    }

    /** How long another one may take, while a session is over and its successor waits. */
    Duration patience() {
        return callTimeout;
    }

    /** A new connection, with no database yet, on which a statement may take a call's time-out. */
    Wire connect(Target.Host host, Duration patience) throws SQLException {
        int port = host.port() < 0 ? DEFAULT_PORT : host.port();
        String url = "jdbc:mariadb://address=(host=" + host.name() + ")(port=" + port + ")/";
        Properties settings = new Properties();
        settings.putAll(properties);
        settings.setProperty("connectTimeout", Long.toString(patience.toMillis()));
        try {
            return connect(url, settings);
        } catch (SQLException e) {
            if (!prefersTls || !MysqlFailures.saysNoTls(e)) {
                throw e;
            }
            prefersTls = false;
            properties.setProperty("sslMode", "disable");
            settings.setProperty("sslMode", "disable");
            return connect(url, settings);
        }
    }

    private Wire connect(String url, Properties settings) throws SQLException {
        ClientCertificate.show(keys);
        try {
            Connection connection = new Driver().connect(url, settings);
            Socket socket = Sockets.takeLast();
            if (connection == null || socket == null) {
                throw new SQLException("not a URL of the client library: " + url);
            }
            return new Wire(connection, socket);
        } finally {
            ClientCertificate.show(null);
            Sockets.takeLast();
        }
    }

    /** Lets a connection be used: whatever the server's settings are, they do not matter to it. */
    void prepare(Wire wire) throws SQLException {
        // A connection that is stuck is survived for as long as the session can be: what it swallowed may yet arrive.
        wire.connection().setNetworkTimeout(Runnable::run, Math.toIntExact(ttl.toMillis()));
        if (wire.connection().getMetaData().getDatabaseProductName().contains("MariaDB")) {
            wire.statements().run("set max_statement_time = 0");
        }
        wire.statements()
                .run(
                        "set session transaction isolation level read committed",
                        "set autocommit = 1, sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',"
                                + " time_zone = '+00:00', group_concat_max_len = 1048576,"
                                + " innodb_lock_wait_timeout = " + seconds(ttl));
    }

    static long seconds(Duration time) {
        return Math.max(1, (time.toMillis() + 999) / 1_000);
    }

    /** As in the application's URL, without secrets. */
    @Override
    public String toString() {
        return target.toString();
    }
}
