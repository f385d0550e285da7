package dev.conclave.mysql;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
    private static final Duration LOOK_NEAR_THE_FRONT = Duration.ofMillis(300);
    private static final Duration LOOK_BEHIND = Duration.ofSeconds(1);
    private static final int SHARED = 1;
    private static final int QUEUE = 2;
    private static final int RELEASE = 4;
    private static final int STEP_BYTES = 1 + 8 + 8 + 2 + 4;
    /** Well below the smallest default of the servers' max_allowed_packet, with each byte escaped. */
    private static final int LARGEST = 1 << 20;

    private static final byte[] NO_SESSION = new byte[8];
    private static final byte[] NO_PAYLOAD = {};
    private static final String WITHOUT_SESSION = "x";
    private static final long BUSY = -1;
    private static final long BEHIND = -3;

    private final Keys keys;
    private final List<Job.Claim> claims = new ArrayList<>();
    private final List<Job.Release> releases = new ArrayList<>();
    private final Set<ClaimId> asked = new HashSet<>();
    private int payloads;
    private @Nullable SessionId session;

    Batch(Keys keys) {
        this.keys = keys;
    }

    /** Adds a claim, or refuses if it cannot go out with the others: it is of another session, or given up in the same batch. */
    boolean add(Job.Claim claim) {
        ClaimId id = claim.request().id();
        int payload = claim.request().payload().length();
        if ((session != null && !session.equals(id.session()))
                || (payloads > 0 && payloads + payload > LARGEST / 4)
                || !asked.add(id)) {
            return false;
        }
        session = id.session();
        payloads += payload;
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
        List<Job> jobs = new ArrayList<>(releases);
        jobs.addAll(claims);
        return jobs;
    }

    /** What came of it. */
    record Outcome(List<ClaimReply> claimed, List<Released> released) {
        boolean someWait() {
            return claimed.stream().anyMatch(reply -> !(reply instanceof ClaimReply.Granted));
        }
    }

    /** First the releases, then the claims, in the order in which they were added. */
    Outcome send(Statements statements) throws SQLException {
        List<byte[]> steps = new ArrayList<>();
        TreeSet<Short> mutexes = new TreeSet<>();
        for (Job.Release release : releases) {
            steps.add(step(RELEASE, release.claim(), NO_PAYLOAD, mutexes));
        }
        for (Job.Claim claim : claims) {
            ClaimRequest request = claim.request();
            int flags = (request.shared() ? SHARED : 0) | (request.queue() ? QUEUE : 0);
            steps.add(step(flags, request.id(), request.payload().getBytes(StandardCharsets.UTF_8), mutexes));
        }
        ByteBuffer numbers = ByteBuffer.allocate(mutexes.size() * Short.BYTES);
        mutexes.forEach(numbers::putShort);
        ByteBuffer packed =
                ByteBuffer.allocate(steps.stream().mapToInt(step -> step.length).sum());
        steps.forEach(packed::put);
        String replies = statements.row(
                "call conclave_steps(?, ?, ?)",
                row -> row.getString(1),
                session == null ? NO_SESSION : Keys.session(session),
                numbers.array(),
                packed.array());
        List<ClaimReply> claimed = new ArrayList<>();
        List<Released> released = new ArrayList<>();
        for (String reply : replies.split(",", 0)) {
            if (released.size() < releases.size()) {
                released.add(released(Long.parseLong(reply)));
            } else {
                claimed.add(claimed(reply));
            }
        }
        return new Outcome(claimed, released);
    }

    private byte[] step(int flags, ClaimId id, byte[] payload, Set<Short> mutexes) {
        byte[] key = keys.of(id.key());
        mutexes.add(Keys.mutex(key));
        return ByteBuffer.allocate(STEP_BYTES + key.length + payload.length)
                .put((byte) flags)
                .put(Keys.session(id.session()))
                .putLong(id.sequence())
                .putShort((short) key.length)
                .putInt(payload.length)
                .put(key)
                .put(payload)
                .array();
    }

    private static ClaimReply claimed(String reply) {
        if (reply.equals(WITHOUT_SESSION)) {
            return new ClaimReply.NoSession();
        }
        long number = Long.parseLong(reply);
        if (number > 0) {
            return new ClaimReply.Granted(number);
        }
        return number == BUSY
                ? new ClaimReply.Busy()
                : new ClaimReply.Waiting(number == BEHIND ? LOOK_BEHIND : LOOK_NEAR_THE_FRONT);
    }

    private static Released released(long number) {
        return number == 0 ? Released.NOTHING : number == 1 ? Released.WAITING : Released.HELD;
    }

    List<Job.Claim> claims() {
        return claims;
    }

    List<Job.Release> releases() {
        return releases;
    }
}
