package dev.conclave.mysql;

import dev.conclave.jdbc.Line;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A connection that sleeps within one statement, which whoever has written a signal kills (KILL QUERY, which does nothing to the
 * connection); if that is not allowed, it looks by itself ten times a second.
 */
final class SleepingLine implements Line.Hearing {
    private static final int LONGEST_SLEEP_ROUNDS = 20;
    private static final int SLEEPS_PER_TTL = 3;
    private static final int ROUND_MILLIS = 100;
    private static final int MOST_HANDLED = 64;
    /** A signal which is none: the server cannot let this connection sleep. */
    private static final long RESTLESS = 0;

    private final Wire wire;
    private final RetryingStatements statements;
    private final byte[] listener;
    private final long rounds;
    /** Signals that are passed on and not yet deleted. */
    private final Set<String> handled = new LinkedHashSet<>();

    private SleepingLine(Wire wire, byte[] listener, long rounds) {
        this.wire = wire;
        this.statements = wire.statements();
        this.listener = listener;
        this.rounds = rounds;
    }

    static SleepingLine listen(Wire wire, long listener, Duration ttl) throws SQLException {
        RetryingStatements statements = wire.statements();
        String proof = "conclave.l." + HexFormat.of().toHexDigits(listener);
        if (statements.row("select get_lock(?, 0)", row -> row.getInt(1), proof) != 1) {
            // Without it all that is signalled here would be cleared away as a dead one's.
            throw new SQLException("the connection that listened before has not ended at the server");
        }
        statements.call("begin_listening", row -> true, (Object) MysqlDialect.bytes(listener));
        statements.run("set session wait_timeout = " + 3 * Server.seconds(ttl));
        long rounds = Math.min(LONGEST_SLEEP_ROUNDS, ttl.toMillis() / SLEEPS_PER_TTL / ROUND_MILLIS);
        return new SleepingLine(wire, MysqlDialect.bytes(listener), Math.max(1, rounds));
    }

    private record Heard(long id, String address) {}

    @Override
    public void hear(Consumer<String> heard) throws SQLException {
        try {
            List<Heard> signals = statements.read(
                    "call conclave_listen(?, ?, ?)",
                    row -> new Heard(row.getLong(1), row.getString(2)),
                    listener,
                    rounds,
                    String.join(",", handled));
            signals.forEach(signal -> pass(signal, heard));
            // Deleted by the way, not between a signal and the next.
            if (handled.size() >= MOST_HANDLED || (signals.isEmpty() && !handled.isEmpty())) {
                statements.run("delete from conclave_signals where id in (" + String.join(",", handled) + ")");
                handled.clear();
            }
        } catch (SQLException e) {
            if (e.getErrorCode() != MysqlFailures.QUERY_KILLED) {
                throw e;
            }
        }
    }

    private void pass(Heard signal, Consumer<String> heard) {
        if (signal.id() == RESTLESS) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS));
        } else {
            handled.add(Long.toString(signal.id()));
            heard.accept(signal.address());
        }
    }

    @Override
    public void reset() {
        wire.reset();
    }

    @Override
    public void close() {
        wire.close();
    }
}
