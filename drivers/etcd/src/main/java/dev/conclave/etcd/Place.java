package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.ClaimStatus.Holding;
import dev.conclave.spi.Names;
import dev.conclave.spi.SessionId;
import io.etcd.jetcd.api.KeyValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A claim or a request that waits, as it is stored. Its place in the line is the revision by which it was created.
 *
 * @param token which the life of the namespace in which it was asked for counts
 */
record Place(
        ClaimId id,
        boolean shared,
        long token,
        Duration ttl,
        Instant since,
        String payload,
        ByteString key,
        long created) {
    static ByteString text(Life life, Duration ttl, Instant since, ClaimId id, String payload) {
        return Keys.bytes(life.base() + " " + ttl.toMillis() + " " + since.toEpochMilli() + " " + id.sequence() + " "
                + Names.encoded(id.session().member()) + " " + payload);
    }

    /** @param prefix of the claims on the name */
    static Place of(ClaimKey key, ByteString prefix, KeyValue stored) {
        String[] parts = Keys.text(stored.getValue()).split(" ", 6);
        String tail = Keys.tail(stored.getKey(), prefix); // x/INCARNATION- or x/INCARNATION-SEQUENCE
        SessionId session = new SessionId(Names.decoded(parts[4]), tail.substring(2, tail.lastIndexOf('-')));
        return new Place(
                new ClaimId(key, session, Long.parseLong(parts[3])),
                tail.charAt(0) == 's',
                Long.parseLong(parts[0]) + stored.getCreateRevision(),
                Duration.ofMillis(Long.parseLong(parts[1])),
                Instant.ofEpochMilli(Long.parseLong(parts[2])),
                parts[5],
                stored.getKey(),
                stored.getCreateRevision());
    }

    /** The token of a claim whose name and holder are known. */
    static long token(KeyValue stored) {
        String text = Keys.text(stored.getValue());
        return Long.parseLong(text.substring(0, text.indexOf(' '))) + stored.getCreateRevision();
    }

    /** Whose key it is, of a session's requests for a name. */
    static long sequence(KeyValue stored) {
        return Long.parseLong(Keys.text(stored.getValue()).split(" ", 5)[3]);
    }

    /** Those who hold a name, of all who stand in its line by age. */
    static List<Place> holders(List<Place> line) {
        List<Place> holders = new ArrayList<>();
        for (Place place : line) {
            if (!place.shared() && !holders.isEmpty()) {
                break;
            }
            holders.add(place);
            if (!place.shared()) {
                break;
            }
        }
        return holders;
    }

    static ClaimStatus status(ClaimKey key, List<Place> line) {
        List<Place> holders = holders(line);
        return new ClaimStatus(key, holders.stream().map(Place::holding).toList(), line.size() - holders.size());
    }

    private Holding holding() {
        return new Holding(id, shared, token, payload, since, ttl);
    }
}
