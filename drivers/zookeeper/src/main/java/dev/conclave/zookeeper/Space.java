package dev.conclave.zookeeper;

import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.Names;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.zookeeper.data.Stat;

/**
 * One life of a namespace: where its nodes are, and how their transaction numbers become tokens and revisions.
 *
 * <pre>
 *   /chroot/namespace/life/locks/NAME/INCARNATION-SEQUENCE-x-0000000000     a claim; s where it is shared
 *                         /elections/NAME/...                               the same for elections
 *                         /groups/NAME/MEMBER                               an enrolment
 *                         /sessions/INCARNATION                             a session, to be told and ended by
 * </pre>
 *
 * <p>The life is the transaction number by which the namespace's node was created. When an operator deletes the namespace, what is
 * created later stands under another life, so that nobody who missed the deletion goes on with numbers of the former one. A server that
 * lost its disks counts its transactions from zero; so a token is the microseconds at which the life began, and the transactions since then.
 * Those before do not count: each election of a leader adds 2^32, as many microseconds as there are in 71.6 minutes.
 *
 * @param root the node of this life
 * @param base what is added to a transaction number
 */
record Space(String root, long base) {
    static final List<String> PARTS = List.of("locks", "elections", "groups", "sessions");
    private static final long MICROS_PER_MILLI = 1_000;

    /** The life that began when the namespace's node was created. */
    static Space of(String namespace, Stat stat) {
        long czxid = stat.getCzxid();
        return new Space(namespace + "/" + Long.toHexString(czxid), stat.getCtime() * MICROS_PER_MILLI - czxid);
    }

    /** The namespace's own node. */
    static String namespace(String chroot, String namespace) {
        return chroot + "/" + Names.encoded(namespace);
    }

    long number(long zxid) {
        return base + zxid;
    }

    String keys(ClaimKey.Kind kind) {
        return root + (kind == ClaimKey.Kind.LOCK ? "/locks" : "/elections");
    }

    String key(ClaimKey key) {
        return keys(key.kind()) + "/" + Names.encoded(key.name());
    }

    String groups() {
        return root + "/groups";
    }

    String group(String name) {
        return groups() + "/" + Names.encoded(name);
    }

    String member(String group, String member) {
        return group(group) + "/" + Names.encoded(member);
    }

    String session(SessionId session) {
        return session(session.incarnation());
    }

    String session(String incarnation) {
        return root + "/sessions/" + Names.encoded(incarnation);
    }

    /** What is watched for a subject. */
    String watched(Subject subject) {
        if (subject instanceof Subject.Key key) {
            return key(key.key());
        }
        if (subject instanceof Subject.Group group) {
            return group(group.name());
        }
        if (subject instanceof Subject.AllGroups) {
            return groups();
        }
        throw new IllegalArgumentException(subject + " is signalled without being watched");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
