package dev.conclave.postgresql;

import dev.conclave.DriverInfo;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.jdbc.Batch;
import dev.conclave.jdbc.Dialect;
import dev.conclave.jdbc.Failures;
import dev.conclave.jdbc.Job;
import dev.conclave.jdbc.Keys;
import dev.conclave.jdbc.Line;
import dev.conclave.jdbc.Pipe;
import dev.conclave.jdbc.Statements;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** How PostgreSQL is asked, and listened to. */
final class PostgresqlDialect implements Dialect {
    private static final int OLDEST_VERSION = 140_000;

    private final Server server;
    private final Failures failures = new PostgresqlFailures();

    PostgresqlDialect(Server server) {
        this.server = server;
    }

    @Override
    public DriverInfo info() {
        return PostgresqlDriverProvider.info(server.ttl());
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Line.Asking connect(long listener) throws SQLException {
        PromptSockets.forget();
        Connection fresh = server.connect();
        Socket socket = PromptSockets.made();
        Socket beneath = PromptSockets.madeBeneath();
        PromptSockets.forget();
        try {
            requireServer(new KeptStatements(fresh));
            Pooler.refuse(server, fresh);
            // Making the schema may take longer than one call may: the disk has to have all its files.
            fresh.setNetworkTimeout(Runnable::run, server.patienceMillis());
            Schema.ensure(fresh, server.schema(), server);
            server.prepare(fresh);
            KeptStatements statements = new KeptStatements(fresh);
            statements.row("select attach()", row -> true);
            return new AskingLine(fresh, beneath, statements, socket == null ? null : pipe(fresh, socket));
        } catch (SQLException | RuntimeException e) {
            PostgresqlLine.reset(fresh, beneath);
            throw e;
        }
    }

    /** Null where what goes over the socket is not the protocol itself: encrypted by the client library (GSSAPI). */
    private @Nullable Pipe pipe(Connection fresh, Socket socket) throws SQLException {
        boolean plain = new KeptStatements(fresh)
                .row(
                        "select (select ssl from pg_stat_ssl where pid = pg_backend_pid()),"
                                + " (select encrypted from pg_stat_gssapi where pid = pg_backend_pid())",
                        row -> row.getBoolean(1) == socket instanceof SSLSocket && !row.getBoolean(2));
        if (!plain) {
            return null;
        }
        try (Statement statement = fresh.createStatement()) {
            statement.execute(ArrayBatch.PREPARATIONS);
            return new Wire(socket, server.patienceMillis());
        } catch (IOException e) {
            throw new PSQLException("the connection broke", PSQLState.CONNECTION_FAILURE, e);
        }
    }

    private void requireServer(Statements statements) throws SQLException {
        String oldest = statements.row(
                "select current_setting('server_version'), current_setting('server_version_num')::int, pg_is_in_recovery()"
                        + " or current_setting('default_transaction_read_only')::boolean",
                row -> {
                    if (row.getBoolean(3)) {
                        throw Failures.readOnly(server, null);
                    }
                    return row.getInt(2) < OLDEST_VERSION ? row.getString(1) : "";
                });
        if (!oldest.isEmpty()) {
            throw new UnsupportedDeploymentException(server + " is PostgreSQL " + oldest
                    + ", which cannot end a silent session (idle_session_timeout); upgrade it to 14 or newer");
        }
    }

    @Override
    public Line.Hearing listen(long listener) throws SQLException {
        PromptSockets.forget();
        Connection fresh = server.connect();
        Socket beneath = PromptSockets.madeBeneath();
        PromptSockets.forget();
        try {
            server.prepare(fresh);
            return HearingLine.listen(fresh, beneath, listener, server.ttl());
        } catch (SQLException | RuntimeException e) {
            PostgresqlLine.reset(fresh, beneath);
            throw e;
        }
    }

    @Override
    public void wake(Statements statements, long listener) throws SQLException {
        statements.row("select pg_notify(?, '')", row -> true, HearingLine.channel(listener));
    }

    @Override
    public Object parameter(long id) {
        return id;
    }

    @Override
    public String digits(long id) {
        return Long.toHexString(id);
    }

    @Override
    public Batch batch(Keys keys) {
        return new ArrayBatch(keys);
    }

    @Override
    public Job.Question<Renewal> renewal(
            Keys keys, long listener, SessionId session, List<ClaimId> claims, List<EnrolmentId> enrolments) {
        return new Renewals(keys, session, claims, enrolments);
    }

    @Override
    public String unwatching() {
        return "delete from watches where subject = ? and listener = ? returning subject";
    }

    @Override
    public String groupsBetween() {
        return "select key from groups where key > ? and key < ?";
    }

    @Override
    public String claimsBetween() {
        return "select key as name, member, incarnation, ttl_millis, seq, shared, token, payload, since from standing"
                + " where key >= ? and key < ? order by key, ticket";
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
