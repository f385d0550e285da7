package dev.conclave.table;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;

/** The hashes by which processes tell each other what has changed. */
public final class Subjects {
    private static final long ALL_GROUPS = Hashes.of(Index.GROUP, new byte[0]);

    private Subjects() {}

    /** The hash of a subject. */
    public static long hash(Subject subject) {
        if (subject instanceof Subject.Request request) {
            return hash(request.claim());
        }
        if (subject instanceof Subject.Session session) {
            return hash(session.session());
        }
        if (subject instanceof Subject.Key key) {
            return key(key.key()).hash();
        }
        if (subject instanceof Subject.Group group) {
            return Index.Key.of(Index.GROUP, group.name()).hash();
        }
        return ALL_GROUPS;
    }

    /** The hash of a request. */
    public static long hash(ClaimId request) {
        return Hashes.of(hash(request.session()), request.sequence());
    }

    /** The hash of a session. */
    public static long hash(SessionId session) {
        return Sessions.key(session).hash();
    }

    static long allGroups() {
        return ALL_GROUPS;
    }

    static Index.Key key(ClaimKey key) {
        return Index.Key.of(kind(key.kind()), key.name());
    }

    static int kind(ClaimKey.Kind kind) {
        return kind == ClaimKey.Kind.LOCK ? Index.LOCK : Index.ELECTION;
    }
}
