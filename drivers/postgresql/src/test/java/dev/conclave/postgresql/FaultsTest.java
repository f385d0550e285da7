package dev.conclave.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.servers.ConnectionFaults;
import dev.conclave.servers.ServerBackend;
import dev.conclave.spi.DriverProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What happens to a session on PostgreSQL")
class FaultsTest extends ConnectionFaults {
    private static PostgresBackend backend;

    @BeforeAll
    static void start() throws Exception {
        backend = new PostgresBackend();
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
        backend.run("select pg_terminate_backend(l.pid, 10000) from pg_locks l join conclave.sessions s"
                + " on s.id = (l.classid::bigint << 32) | l.objid::bigint where l.locktype = 'advisory'"
                + " and l.granted and convert_from(s.member, 'UTF8') = '" + member + "'");
    }

    @Override
    protected void misdirectSignals(String member) throws Exception {
        backend.run("update conclave.sessions set listener = 0 where convert_from(member, 'UTF8') = '" + member + "'");
    }

    @Override
    protected void beginEnding(String member) throws Exception {
        backend.run("update conclave.sessions set ended = true where convert_from(member, 'UTF8') = '" + member + "'");
    }

    @Override
    protected DriverProvider provider() {
        return new PostgresqlDriverProvider();
    }

    @Override
    protected void endListeners() throws Exception {
        backend.run(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and mode = 'ShareLock'");
    }

    @Override
    protected long watches() throws Exception {
        try (var connection = backend.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select count(*) from conclave.watches join conclave.listeners on id = listener"
                                + " and not pg_try_advisory_xact_lock(id)")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    @DisplayName("tokens grow over kill -9 of the server, also if its sequence went back")
    void tokens() throws Exception {
        try (PostgresBackend own = new PostgresBackend()) {
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
                        // As after the restore of an old backup.
                        own.run("select setval('conclave.fence', 5)");
                    }
                    own.restart();
                }
            }
        }
    }
}
