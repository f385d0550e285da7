package dev.conclave.memory;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/** A session that lives, and all that ends with it. */
final class Session {
    final SessionId id;
    /** Whom to signal; the connection that opened it. */
    final MemoryDriver home;

    final Space space;
    final Duration ttl;
    /** Grows with each session; tells apart those with one deadline. */
    final long ordinal;

    /** By the backend's {@code nanoTime()}; changed only by {@link Sessions}, which sorts by it. */
    long deadline;

    /** Held or waiting. */
    final Set<ClaimId> claims = new LinkedHashSet<>();

    final Set<EnrolmentId> enrolments = new LinkedHashSet<>();

    Session(SessionId id, MemoryDriver home, Space space, Duration ttl, long ordinal) {
        this.id = id;
        this.home = home;
        this.space = space;
        this.ttl = ttl;
        this.ordinal = ordinal;
    }
}
