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
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A step alone as a function of its own, several as arrays of one. */
final class ArrayBatch extends Batch {
    private static final String CLAIM = "select claim(?, ?, ?, ?, ?, ?)";
    private static final String RELEASE = "select release(?, ?, ?, ?)";
    private static final String STEPS = "select * from steps(?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final Keys keys;

    ArrayBatch(Keys keys) {
        this.keys = keys;
    }

    @Override
    protected Outcome send(Statements statements) throws SQLException {
        List<Job.Claim> claims = claims();
        List<Job.Release> releases = releases();
        if (claims.size() + releases.size() > 1) {
            return together(statements, claims, releases);
        }
        if (releases.isEmpty()) {
            return new Outcome(List.of(claimed(claim(statements, claims.get(0).request()))), List.of());
        }
        return new Outcome(
                List.of(), List.of(released(release(statements, releases.get(0).claim()))));
    }

    private @Nullable Long claim(Statements statements, ClaimRequest request) throws SQLException {
        byte[] key = keys.of(request.id().key());
        return statements
                .row(
                        CLAIM,
                        ArrayBatch::number,
                        Keys.id(request.id().session()),
                        Keys.hash(key),
                        key,
                        request.id().sequence(),
                        flags(request),
                        payload(request))
                .orElse(null);
    }

    private @Nullable Long release(Statements statements, ClaimId claim) throws SQLException {
        byte[] key = keys.of(claim.key());
        return statements
                .row(RELEASE, ArrayBatch::number, Keys.hash(key), key, Keys.id(claim.session()), claim.sequence())
                .orElse(null);
    }

    private static Optional<Long> number(ResultSet row) throws SQLException {
        long number = row.getLong(1);
        return row.wasNull() ? Optional.empty() : Optional.of(number);
    }

    private Outcome together(Statements statements, List<Job.Claim> claims, List<Job.Release> releases)
            throws SQLException {
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
        long me = session == null ? 0 : Keys.id(session);
        return statements.row(
                STEPS,
                row -> new Outcome(
                        Arrays.stream(numbers(row.getArray(1)))
                                .map(ArrayBatch::claimed)
                                .toList(),
                        Arrays.stream(numbers(row.getArray(2)))
                                .map(ArrayBatch::released)
                                .toList()),
                me,
                locks.stream().mapToLong(Long::longValue).toArray(),
                claimKeys,
                sequences,
                flags,
                payloads,
                releaseKeys,
                releaseSessions,
                releaseSequences);
    }

    private static @Nullable Long[] numbers(@Nullable Array array) throws SQLException {
        return array == null ? new Long[0] : (@Nullable Long[]) array.getArray();
    }
}
