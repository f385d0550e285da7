package dev.conclave.postgresql;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Claims of one session and releases, all in one round trip and one transaction, in which none is in the way of another. */
final class Batch {
    private static final String CLAIM = "select claim(?, ?, ?, ?, ?, ?)";
    private static final String RELEASE = "select release(?, ?, ?, ?)";
    private static final String STEPS = "select * from steps(?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final Duration LOOK_NEAR_THE_FRONT = Duration.ofMillis(300);
    private static final Duration LOOK_BEHIND = Duration.ofSeconds(1);
    private static final long SHARED = 1;
    private static final long QUEUE = 2;
    private static final long BUSY = -1;
    private static final long BEHIND = -3;

    private final Keys keys;
    private final List<Job.Claim> claims = new ArrayList<>();
    private final List<Job.Release> releases = new ArrayList<>();
    private final Set<ClaimId> asked = new HashSet<>();
    private @Nullable SessionId session;

    Batch(Keys keys) {
        this.keys = keys;
    }

    /** Adds a claim, or refuses if it cannot go out with the others: it is of another session, or given up in the same batch. */
    boolean add(Job.Claim claim) {
        ClaimId id = claim.request().id();
        if ((session != null && !session.equals(id.session())) || !asked.add(id)) {
            return false;
        }
        session = id.session();
        claims.add(claim);
        return true;
    }

    boolean add(Job.Release release) {
        if (!asked.add(release.claim())) {
            return false;
        }
        releases.add(release);
        return true;
    }

    boolean isEmpty() {
        return asked.isEmpty();
    }

    List<Job> jobs() {
        List<Job> jobs = new ArrayList<>(claims);
        jobs.addAll(releases);
        return jobs;
    }

    /** What came of it. */
    record Outcome(List<ClaimReply> claimed, List<Released> released) {
        boolean someWait() {
            return claimed.stream().anyMatch(reply -> !(reply instanceof ClaimReply.Granted));
        }
    }

    Outcome send(Statements statements) throws SQLException {
        if (asked.size() > 1) {
            return together(statements);
        }
        if (releases.isEmpty()) {
            return new Outcome(claimed(claim(statements, claims.get(0).request())), List.of());
        }
        return new Outcome(
                List.of(), released(release(statements, releases.get(0).claim())));
    }

    private @Nullable Long claim(Statements statements, ClaimRequest request) throws SQLException {
        byte[] key = keys.of(request.id().key());
        return statements.number(
                CLAIM,
                Keys.session(request.id().session()),
                Keys.lock(key),
                key,
                request.id().sequence(),
                flags(request),
                payload(request));
    }

    private @Nullable Long release(Statements statements, ClaimId claim) throws SQLException {
        byte[] key = keys.of(claim.key());
        return statements.number(RELEASE, Keys.lock(key), key, Keys.session(claim.session()), claim.sequence());
    }

    private static long flags(ClaimRequest request) {
        return (request.shared() ? SHARED : 0) | (request.queue() ? QUEUE : 0);
    }

    private static byte[] payload(ClaimRequest request) {
        return request.payload().getBytes(StandardCharsets.UTF_8);
    }

    private Outcome together(Statements statements) throws SQLException {
        int count = claims.size();
        TreeSet<Long> locks = new TreeSet<>();
        byte[][] claimKeys = new byte[count][];
        long[] sequences = new long[count];
        long[] flags = new long[count];
        byte[][] payloads = new byte[count][];
        for (int i = 0; i < count; i++) {
            var request = claims.get(i).request();
            claimKeys[i] = keys.of(request.id().key());
            locks.add(Keys.lock(claimKeys[i]));
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
            locks.add(Keys.lock(releaseKeys[i]));
            releaseSessions[i] = Keys.session(id.session());
            releaseSequences[i] = id.sequence();
        }
        long me = session == null ? 0 : Keys.session(session);
        return statements.row(
                STEPS,
                row -> new Outcome(claimed(numbers(row.getArray(1))), released(numbers(row.getArray(2)))),
                me,
                Statements.numbers(locks),
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

    private static List<ClaimReply> claimed(@Nullable Long... numbers) {
        List<ClaimReply> replies = new ArrayList<>(numbers.length);
        for (Long number : numbers) {
            if (number == null) {
                replies.add(new ClaimReply.NoSession());
            } else if (number > 0) {
                replies.add(new ClaimReply.Granted(number));
            } else if (number == BUSY) {
                replies.add(new ClaimReply.Busy());
            } else {
                replies.add(new ClaimReply.Waiting(number == BEHIND ? LOOK_BEHIND : LOOK_NEAR_THE_FRONT));
            }
        }
        return replies;
    }

    private static List<Released> released(@Nullable Long... numbers) {
        List<Released> replies = new ArrayList<>(numbers.length);
        for (Long number : numbers) {
            boolean nothing = number == null || number == 0;
            replies.add(nothing ? Released.NOTHING : number == 1 ? Released.WAITING : Released.HELD);
        }
        return replies;
    }

    List<Job.Claim> claims() {
        return claims;
    }

    List<Job.Release> releases() {
        return releases;
    }
}
