package dev.conclave.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** With connections of the test's own, which can stop in the middle of a transaction. */
@DisplayName("Conclave's functions on PostgreSQL")
class FunctionsTest {
    private static final AtomicInteger SESSIONS = new AtomicInteger(1_000);
    private static PostgresBackend backend;

    private final List<Connection> open = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        backend = new PostgresBackend();
        try (BareDrivers drivers = new BareDrivers(new PostgresqlDriverProvider(), Duration.ofSeconds(2))) {
            drivers.open(backend.url()); // makes the schema
        }
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    @AfterEach
    void close() throws Exception {
        for (Connection connection : open) {
            connection.close();
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = backend.connect();
        open.add(connection);
        run(connection, "set search_path to conclave");
        return connection;
    }

    /** A connection with a session, which is in the middle of nothing. */
    private Connection session(int session) throws SQLException {
        Connection connection = connect();
        assertThat(ask(connection, "select open_session(" + session + ", 'test', 'm" + session + "', 'i', 0, 600000)"))
                .isEqualTo("t");
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the only row. */
    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return String.valueOf(row.getString(1));
        }
    }

    private static CompletableFuture<String> asking(Connection connection, String sql) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return ask(connection, sql);
                    } catch (SQLException e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task, "asking").start());
    }

    private void awaitWaiting(Connection connection) throws Exception {
        int process = connection.unwrap(PGConnection.class).getBackendPID();
        Connection watching = connect();
        Await.until(
                "a statement to wait for another transaction",
                () -> ask(
                                watching,
                                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and pid = "
                                        + process)
                        .equals("1"));
    }

    private static String enrolling(int session) {
        return "select enrol(" + session + ", 'team " + session + "', 1, '{}', true, false, 0)";
    }

    @Test
    @DisplayName("end a session only after its joining of a group, which leaves no member behind")
    void endedWhileJoining() throws Exception {
        int ada = SESSIONS.incrementAndGet();
        Connection adas = session(ada);
        adas.setAutoCommit(false);
        assertThat(ask(adas, enrolling(ada))).isEqualTo("0");

        Connection other = connect();
        CompletableFuture<String> closing = asking(other, "select close_session(" + ada + ")");
        awaitWaiting(other);
        adas.commit();

        assertThat(BareDrivers.get(closing)).isEqualTo("t");
        assertThat(ask(connect(), "select count(*) from enrolments where session = " + ada))
                .isEqualTo("0");
    }

    @Test
    @DisplayName("let no session join a group that ended while it was about to")
    void joiningWhileEnded() throws Exception {
        int ada = SESSIONS.incrementAndGet();
        Connection adas = session(ada);
        Connection other = connect();
        other.setAutoCommit(false);
        assertThat(ask(other, "select close_session(" + ada + ")")).isEqualTo("t");

        CompletableFuture<String> joining = asking(adas, enrolling(ada));
        awaitWaiting(adas);
        other.commit();

        assertThat(BareDrivers.get(joining)).isEqualTo("3");
    }
}
