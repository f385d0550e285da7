package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.SessionId;
import io.etcd.jetcd.api.KeyValue;
import java.time.Instant;

/** What an enrolment's key says. etcd knows no time, so members' clocks tell it. */
record Listing(
        String incarnation, long sequence, long edition, Instant joinedAt, Instant updatedAt, String capabilities) {
    static Listing of(KeyValue stored) {
        String[] parts = Keys.text(stored.getValue()).split(" ", 6);
        return new Listing(
                parts[0],
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                Instant.ofEpochMilli(Long.parseLong(parts[3])),
                Instant.ofEpochMilli(Long.parseLong(parts[4])),
                parts[5]);
    }

    static Listing of(EnrolmentId id, Instant now, String capabilities) {
        return new Listing(id.session().incarnation(), id.sequence(), 0, now, now, capabilities);
    }

    Listing amended(long newEdition, Instant now, String newCapabilities) {
        return new Listing(incarnation, sequence, newEdition, joinedAt, now, newCapabilities);
    }

    ByteString bytes() {
        return Keys.bytes(incarnation + " " + sequence + " " + edition + " " + joinedAt.toEpochMilli() + " "
                + updatedAt.toEpochMilli() + " " + capabilities);
    }

    boolean isOf(EnrolmentId id) {
        return incarnation.equals(id.session().incarnation()) && sequence == id.sequence();
    }

    RosterEntry entry(String group, String member) {
        EnrolmentId id = new EnrolmentId(new SessionId(member, incarnation), group, sequence);
        return new RosterEntry(id, capabilities, joinedAt, updatedAt);
    }
}
