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

    @Test
    @DisplayName("end a session while its last batch gives two locks back, in whatever order, and neither fails")
    void endedWhileReleasing() throws Exception {
        int ada = SESSIONS.incrementAndGet();
        Connection adas = session(ada);
        for (String name : List.of("a", "b", "c")) {
            run(adas, "select claim(%d, lock_of('%s'), '%s', ascii('%s'), 0, '')".formatted(ada, name, name, name));
        }
        Connection third = connect();
        third.setAutoCommit(false);
        run(third, "select from heads where key = 'b' for update");

        Connection other = connect();
        CompletableFuture<String> closing = asking(other, "select close_session(" + ada + ")");
        awaitWaiting(other); // between a and c
        String locks = "(select array_agg(l order by l) from unnest(array[lock_of('a'), lock_of('c')]) l)";
        CompletableFuture<String> releasing = asking(
                adas,
                "select released from steps(0, %s, '{}', '{}', '{}', '{}', array['c', 'a']::bytea[], array[%d, %d],"
                                .formatted(locks, ada, ada)
                        + " array[ascii('c'), ascii('a')]::bigint[])");
        awaitWaiting(adas);
        third.commit();

        assertThat(BareDrivers.get(closing)).isEqualTo("t");
        assertThat(BareDrivers.get(releasing)).isEqualTo("{0,0}");
        assertThat(ask(connect(), "select count(*) from heads where session = " + ada))
                .isEqualTo("0");
    }

    @Test
    @DisplayName("look for the dead with few locks at a time, however many there are, and find them all")
    void manyDead() throws Exception {
        Connection connection = connect();
        run(connection, "insert into listeners select 1000000 + g from generate_series(1, 2000) g");
        run(connection, "insert into watches select g % 3, 1000000 + g from generate_series(1, 2000) g");
        run(
                connection,
                "insert into sessions select 2000000 + g, 'test', 'm', 'i', 1000000 + g, 600000 from generate_series(1, 2000) g");
        connection.setAutoCommit(false);

        Await.until("a look that is due", () -> {
            ask(connection, "select sweep(0)");
            int locks = Integer.parseInt(ask(
                    connection,
                    "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"));
            connection.commit();
            assertThat(locks).isLessThan(1_100);
            return locks > 900;
        });
        Await.until("all to be cleared away", () -> {
            // As the driver, which comes again at once while there is more.
            while (ask(connection, "select sweep(0)").equals("2")) {
                connection.commit();
            }
            String left = ask(
                    connection,
                    "select (select count(*) from sessions where namespace = 'test' and member = 'm')"
                            + " + (select count(*) from listeners) + (select count(*) from watches)");
            connection.commit();
            return left.equals("0");
        });
    }

    @Test
    @DisplayName("clear away some at a time of what a session leaves, and all in the end")
    void muchLeft() throws Exception {
        int ada = SESSIONS.incrementAndGet();
        Connection connection = connect();
        run(connection, "insert into sessions values (%d, 'test', 'm%d', 'i', 0, 600000)".formatted(ada, ada));
        run(
                connection,
                "insert into heads select (1000000 + g)::text::bytea, %d, g, g, now(), ''".formatted(ada)
                        + " from generate_series(1, 2001) g");
        run(
                connection,
                "insert into queue select (2000000 + g)::text::bytea, g, %d, g, false, g, now(), ''".formatted(ada)
                        + " from generate_series(1, 501) g");
        run(
                connection,
                "insert into enrolments select (3000000 + g)::text::bytea, 'm', 'i', %d, g, '', 0, now(), now(), g"
                                .formatted(ada)
                        + " from generate_series(1, 501) g");
        String left = "select (select count(*) from heads where session = %d) || ' ' ||".formatted(ada)
                + " (select count(*) from queue where session = %d) || ' ' ||".formatted(ada)
                + " (select count(*) from enrolments where session = %d)".formatted(ada);
        List<String> course = new ArrayList<>();
        String closed = "f";
        while (closed.equals("f")) {
            closed = ask(connection, "select close_session(" + ada + ")");
            course.add(ask(connection, left));
        }

        assertThat(course).containsExactly("1501 301 301", "1001 101 101", "501 0 0", "1 0 0", "0 0 0");
        assertThat(ask(connection, "select count(*) from sessions where id = " + ada))
                .isEqualTo("0");
    }
}
