package dev.conclave.jdbc;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.DriverInfo;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server that a test plays: it connects as the test says, and answers yes to whatever goes over a connection. */
final class PlayedServer implements Dialect {
    /** What happens when somebody connects. */
    @FunctionalInterface
    interface Connecting {
        /**
         * Connects, or fails to.
         *
         * @param attempt from 1
         */
        Line.Asking connect(int attempt) throws SQLException;
    }

    private final Connecting connecting;
    private final AtomicInteger attempts = new AtomicInteger();

    PlayedServer(Connecting connecting) {
        this.connecting = connecting;
    }

    /** How many times somebody connected, or began to. */
    int attempts() {
        return attempts.get();
    }

    static SQLException connectionFailure() {
        return new SQLException("gone", "08006");
    }

    /** A connection with a pipe, or without. */
    static Line.Asking line(@Nullable Pipe pipe) {
        return line(pipe, 0);
    }

    /** @param number what all functions answer that do not answer yes */
    static Line.Asking line(@Nullable Pipe pipe, int number) {
        return new Line.Asking() {
            @Override
            public Statements statements() {
                return new YesStatements(number);
            }

            @Override
            public @Nullable Pipe pipe() {
                return pipe;
            }

            @Override
            public void reset() {}

            @Override
            public void close() {}
        };
    }

    @Override
    public Line.Asking connect(long listener) throws SQLException {
        return connecting.connect(attempts.incrementAndGet());
    }

    @Override
    public Line.Hearing listen(long listener) throws SQLException {
        throw connectionFailure();
    }

    @Override
    public DriverInfo info() {
        return new DriverInfo(
                "played", List.of("played"), List.of("played:"), Set.of(), Optional.empty(), Duration.ZERO);
    }

    @Override
    public Failures failures() {
        return new Failures() {
            @Override
            public boolean endsConnection(SQLException failure) {
                return "08006".equals(failure.getSQLState());
            }

            @Override
            protected @Nullable ConclaveException known(Object where, String what, SQLException failure) {
                return null;
            }
        };
    }

    @Override
    public void wake(Statements statements, long listener) {}

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
        return new Batch() {
            @Override
            protected Outcome send(Statements statements) {
                throw new BackendUnavailableException("only through a pipe", null);
            }
        };
    }

    @Override
    public Job.Question<Renewal> renewal(
            Keys keys, long listener, SessionId session, List<ClaimId> claims, List<EnrolmentId> enrolments) {
        return statements -> new Renewal.NoSession();
    }

    @Override
    public String unwatching() {
        return "";
    }

    @Override
    public String groupsBetween() {
        return "";
    }

    @Override
    public String claimsBetween() {
        return "";
    }

    @Override
    public String toString() {
        return "played:";
    }

    /** One row, in which all is true, or a number. */
    private static final class YesStatements extends Statements {
        private final int number;

        YesStatements(int number) {
            this.number = number;
        }

        @Override
        public <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException {
            ResultSet yes = (ResultSet) Proxy.newProxyInstance(
                    ResultSet.class.getClassLoader(), new Class<?>[] {ResultSet.class}, (proxy, method, arguments) -> {
                        return method.getReturnType() == boolean.class ? (Object) true : number;
                    });
            return List.of(row.read(yes));
        }

        @Override
        protected String calling(String procedure, int parameters) {
            return procedure;
        }
    }
}
