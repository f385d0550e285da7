package dev.conclave.postgresql;

import dev.conclave.jdbc.Batch;
import dev.conclave.jdbc.Job;
import dev.conclave.jdbc.Keys;
import dev.conclave.jdbc.Statements;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.SessionId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A step alone as a function of its own, several as arrays of one. */
final class ArrayBatch extends Batch {
    /** Prepares the statements that {@link #write} runs. */
    static final String PREPARATIONS = "prepare conclave_claim (int8, int8, bytea, int8, int8, bytea) as"
            + " select claim($1, $2, $3, $4, $5, $6);"
            + "prepare conclave_release (int8, bytea, int8, int8) as select release($1, $2, $3, $4);"
            + "prepare conclave_steps (int8, int8[], bytea[], int8[], int8[], bytea[], bytea[], int8[], int8[]) as"
            + " select claimed, released from steps($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    private final Keys keys;

    ArrayBatch(Keys keys) {
        this.keys = keys;
    }

    /** Runs it as one message. */
    void write(Message message) {
        if (!isAlone()) {
            message.run("conclave_steps", together());
        } else if (releases().isEmpty()) {
            message.run("conclave_claim", claim());
        } else {
            message.run("conclave_release", release());
        }
    }

    /** What came of it. */
    Outcome outcome(Answer answer) {
        return isAlone() ? alone(answer.number()) : together(answer.numbers(), answer.numbers());
    }

    @Override
    protected Outcome send(Statements statements) throws SQLException {
        if (!isAlone()) {
            return statements.row(
                    "select * from steps(?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    row -> together(numbers(row.getArray(1)), numbers(row.getArray(2))),
                    together());
        }
        return releases().isEmpty()
                ? statements.row("select claim(?, ?, ?, ?, ?, ?)", row -> alone(number(row)), claim())
                : statements.row("select release(?, ?, ?, ?)", row -> alone(number(row)), release());
    }

    private boolean isAlone() {
        return claims().size() + releases().size() == 1;
    }

    private Object[] claim() {
        ClaimRequest request = claims().get(0).request();
        byte[] key = keys.of(request.id().key());
        return new Object[] {
            Keys.id(request.id().session()),
            Keys.hash(key),
            key,
            request.id().sequence(),
            flags(request),
            payload(request)
        };
    }

    private Object[] release() {
        ClaimId claim = releases().get(0).claim();
        byte[] key = keys.of(claim.key());
        return new Object[] {Keys.hash(key), key, Keys.id(claim.session()), claim.sequence()};
    }

    private Outcome alone(@Nullable Long number) {
        return releases().isEmpty()
                ? new Outcome(List.of(claimed(number)), List.of())
                : new Outcome(List.of(), List.of(released(number)));
    }

    private static @Nullable Long number(ResultSet row) throws SQLException {
        long number = row.getLong(1);
        return row.wasNull() ? null : number;
    }

    private Object[] together() {
        List<Job.Claim> claims = claims();
        List<Job.Release> releases = releases();
        int count = claims.size();
        TreeSet<Long> locks = new TreeSet<>();
        byte[][] claimKeys = new byte[count][];
        long[] sequences = new long[count];
        long[] flags = new long[count];
        byte[][] payloads = new byte[count][];
        for (int i = 0; i < count; i++) {
            var request = claims.get(i).request();
            claimKeys[i] = keys.of(request.id().key());
            locks.add(Keys.hash(claimKeys[i]));
            sequences[i] = request.id().sequence();
            flags[i] = flags(request);
            payloads[i] = payload(request);
        }
        byte[][] releaseKeys = new byte[releases.size()][];
        long[] releaseSessions = new long[releases.size()];
        long[] releaseSequences = new long[releases.size()];
        for (int i = 0; i < releases.size(); i++) {
            ClaimId id = releases.get(i).claim();
            releaseKeys[i] = keys.of(id.key());
            locks.add(Keys.hash(releaseKeys[i]));
            releaseSessions[i] = Keys.id(id.session());
            releaseSequences[i] = id.sequence();
        }
        SessionId session = session();
        return new Object[] {
            session == null ? 0L : Keys.id(session),
            locks.stream().mapToLong(Long::longValue).toArray(),
            claimKeys,
            sequences,
            flags,
            payloads,
            releaseKeys,
            releaseSessions,
            releaseSequences
        };
    }

    private static Outcome together(@Nullable Long[] claimed, @Nullable Long[] released) {
        return new Outcome(
                Arrays.stream(claimed).map(ArrayBatch::claimed).toList(),
                Arrays.stream(released).map(ArrayBatch::released).toList());
    }

    private static @Nullable Long[] numbers(@Nullable Array array) throws SQLException {
        return array == null ? new Long[0] : (@Nullable Long[]) array.getArray();
    }
}
