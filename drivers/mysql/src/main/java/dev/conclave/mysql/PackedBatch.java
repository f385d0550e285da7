package dev.conclave.mysql;

import dev.conclave.jdbc.Batch;
import dev.conclave.jdbc.Job;
import dev.conclave.jdbc.Keys;
import dev.conclave.jdbc.Statements;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All steps in one text of bytes, since the server knows no arrays; first the releases, then the claims. */
final class PackedBatch extends Batch {
    private static final int RELEASE = 4;
    private static final int STEP_BYTES = 1 + 8 + 8 + 2 + 4;
    /** Well below the smallest default of the servers' max_allowed_packet, with each byte escaped. */
    private static final int LARGEST = 1 << 20;

    private static final int MUTEX_BITS = 12;
    private static final byte[] NO_SESSION = new byte[Long.BYTES];
    private static final byte[] NO_PAYLOAD = {};
    private static final String WITHOUT_SESSION = "x";

    private final Keys keys;
    private int payloads;

    PackedBatch(Keys keys) {
        this.keys = keys;
    }

    @Override
    protected boolean fits(ClaimRequest request) {
        int payload = request.payload().length();
        if (payloads > 0 && payloads + payload > LARGEST / 4) {
            return false;
        }
        payloads += payload;
        return true;
    }

    @Override
    protected Outcome send(Statements statements) throws SQLException {
        List<byte[]> steps = new ArrayList<>();
        TreeSet<Short> mutexes = new TreeSet<>();
        for (Job.Release release : releases()) {
            steps.add(step(RELEASE, release.claim(), NO_PAYLOAD, mutexes));
        }
        for (Job.Claim claim : claims()) {
            ClaimRequest request = claim.request();
            steps.add(step((int) flags(request), request.id(), payload(request), mutexes));
        }
        ByteBuffer numbers = ByteBuffer.allocate(mutexes.size() * Short.BYTES);
        mutexes.forEach(numbers::putShort);
        ByteBuffer packed =
                ByteBuffer.allocate(steps.stream().mapToInt(step -> step.length).sum());
        steps.forEach(packed::put);
        SessionId session = session();
        String replies = statements.call(
                "steps",
                row -> row.getString(1),
                session == null ? NO_SESSION : MysqlDialect.bytes(Keys.id(session)),
                numbers.array(),
                packed.array());
        List<ClaimReply> claimed = new ArrayList<>();
        List<Released> released = new ArrayList<>();
        for (String reply : replies.split(",", 0)) {
            if (released.size() < releases().size()) {
                released.add(released(number(reply)));
            } else {
                claimed.add(claimed(number(reply)));
            }
        }
        return new Outcome(claimed, released);
    }

    private static @Nullable Long number(String reply) {
        return reply.equals(WITHOUT_SESSION) ? null : Long.valueOf(reply);
    }

    private byte[] step(int flags, ClaimId id, byte[] payload, Set<Short> mutexes) {
        byte[] key = keys.of(id.key());
        mutexes.add(mutex(key));
        return ByteBuffer.allocate(STEP_BYTES + key.length + payload.length)
                .put((byte) flags)
                .putLong(Keys.id(id.session()))
                .putLong(id.sequence())
                .putShort((short) key.length)
                .putInt(payload.length)
                .put(key)
                .put(payload)
                .array();
    }

    /** The number of the mutex of a key. */
    static short mutex(byte[] key) {
        return (short) (Keys.hash(key) >>> (Long.SIZE - MUTEX_BITS));
    }
}
