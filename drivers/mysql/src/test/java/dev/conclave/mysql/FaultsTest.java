package dev.conclave.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.kit.Await;
import dev.conclave.servers.ConnectionFaults;
import dev.conclave.servers.MariaDbServer;
import dev.conclave.servers.ServerBackend;
import dev.conclave.spi.DriverProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What happens to a session on MariaDB")
class FaultsTest extends ConnectionFaults {
    private static MysqlBackend backend;

    @BeforeAll
    static void start() throws Exception {
        backend = new MysqlBackend(MariaDbServer.start());
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    @Override
    protected ServerBackend<?> backend() {
        return backend;
    }

    @Override
    protected void endSession(String member) throws Exception {
        backend.killHolder("s", "select id from conclave.conclave_sessions where member = '" + member + "'");
    }

    @Override
    protected void misdirectSignals(String member) throws Exception {
        backend.run(
                "update conclave.conclave_sessions set listener = x'0000000000000000' where member = '" + member + "'");
    }

    @Override
    protected void beginEnding(String member) throws Exception {
        backend.run("update conclave.conclave_sessions set ended = 1 where member = '" + member + "'");
    }

    @Override
    protected DriverProvider provider() {
        return new MysqlDriverProvider();
    }

    @Override
    protected void endListeners() throws Exception {
        backend.killHolder("l", "select listener from conclave.conclave_watches");
    }

    @Override
    protected long watches() throws Exception {
        return backend.number("select count(*) from conclave.conclave_watches"
                + " where is_used_lock(concat('conclave.l.', lower(hex(listener)))) is not null");
    }

    @Test
    @DisplayName(
            "a listener that is back before the server knows that it was gone listens once it has proof of life, and not before")
    void listenerBackTooSoon() throws Exception {
        Coordinator ada = member("ada", Duration.ofSeconds(6));
        ada.lock("invoice").acquire();
        String proof = "concat('conclave.l.',"
                + " lower(hex((select listener from conclave.conclave_sessions where member = 'ada'))))";
        Await.until("ada to listen", () -> backend.number("select is_used_lock(" + proof + ") is not null") == 1);
        long listening = backend.number("select is_used_lock(" + proof + ")");
        try (Connection before = backend.connect();
                Statement statement = before.createStatement()) {
            // Stands for the connection before, which the server still has.
            var waiting = CompletableFuture.supplyAsync(() -> lock(statement, proof));
            Await.until(
                    "that one to be next",
                    () -> backend.number("select count(*) from information_schema.processlist"
                                    + " where info like 'do get_lock(concat%'")
                            == 1);
            backend.run("kill connection " + listening);
            assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        }
        Await.until("ada to listen again", () -> backend.number("select is_used_lock(" + proof + ") is not null") == 1);
        assertThat(backend.number("select is_used_lock(" + proof + ")")).isNotEqualTo(listening);
    }

    private static boolean lock(Statement statement, String name) {
        try {
            statement.execute("do get_lock(" + name + ", 60)");
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("tokens grow over kill -9 of the server, also if its clock was set back")
    void tokens() throws Exception {
        try (MysqlBackend own = new MysqlBackend(MariaDbServer.start())) {
            long last = 0;
            for (int i = 0; i < 4; i++) {
                try (Coordinator ada = Conclave.connect(own.url(), "ada")) {
                    for (int cycle = 0; cycle < 200; cycle++) {
                        Grant grant = ada.lock("invoice").acquire();
                        assertThat(grant.fencingToken()).isGreaterThan(last);
                        last = grant.fencingToken();
                        grant.release();
                    }
                    if (i == 2) {
                        // As if the clock had run an hour ahead until now.
                        own.run("update conclave.conclave_fence set base = base + 3600000000,"
                                + " reserved = reserved + 3600000000");
                    }
                    own.restart();
                }
            }
        }
    }
}
