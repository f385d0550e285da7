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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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

    /** What the server answers to a batch. */
    @FunctionalInterface
    interface Answering {
        Batch.Outcome answer(Batch batch) throws SQLException;
    }

    private final Connecting connecting;
    private final AtomicInteger attempts = new AtomicInteger();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private volatile @Nullable Answering answering;
    private volatile @Nullable Ear ear;

    PlayedServer(Connecting connecting) {
        this.connecting = connecting;
    }

    /** One that connects always and answers batches without a pipe. */
    static PlayedServer answering(Answering answering) {
        PlayedServer server = new PlayedServer(attempt -> line(null));
        server.answering = answering;
        return server;
    }

    /** How many times a procedure was called. */
    int calls(String procedure) {
        return calls.computeIfAbsent(procedure, any -> new AtomicInteger()).get();
    }

    /** From now on coordinators can listen, and hear what is said to this ear; with null they cannot. */
    void hearBy(@Nullable Ear listening) {
        ear = listening;
    }

    /** A connection that listens. */
    static final class Ear implements Line.Hearing {
        private static final String BREAK = "";
        private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

        void say(String signal) {
            said.add(signal);
        }

        void breakOff() {
            said.add(BREAK);
        }

        @Override
        public void hear(Consumer<String> heard) throws SQLException {
            try {
                String signal = said.take();
                if (signal.equals(BREAK)) {
                    throw connectionFailure();
                }
                heard.accept(signal);
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
        }

        @Override
        public void reset() {
            breakOff();
        }

        @Override
        public void close() {}
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
        Line.Asking connected = connecting.connect(attempts.incrementAndGet());
        return answering == null ? connected : new CountedLine(connected);
    }

    /** Counts what is called over it. */
    private final class CountedLine implements Line.Asking {
        private final Line.Asking connected;

        CountedLine(Line.Asking connected) {
            this.connected = connected;
        }

        @Override
        public Statements statements() {
            return new YesStatements(0) {
                @Override
                protected String calling(String procedure, int parameters) {
                    calls.computeIfAbsent(procedure, any -> new AtomicInteger()).incrementAndGet();
                    return procedure;
                }
            };
        }

        @Override
        public void reset() {
            connected.reset();
        }

        @Override
        public void close() {
            connected.close();
        }
    }

    @Override
    public Line.Hearing listen(long listener) throws SQLException {
        Ear listening = ear;
        if (listening == null) {
            throw connectionFailure();
        }
        return listening;
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
            protected Outcome send(Statements statements) throws SQLException {
                Answering answers = answering;
                if (answers == null) {
                    throw new BackendUnavailableException("only through a pipe", null);
                }
                return answers.answer(this);
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
    private static class YesStatements extends Statements {
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
