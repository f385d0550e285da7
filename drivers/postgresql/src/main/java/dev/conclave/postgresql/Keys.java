package dev.conclave.postgresql;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How names are stored in one namespace. A key holds the full name; a lock is 64 bits of its hash, by which the server lets steps on
 * one name through one at a time. Two names with one lock wait for each other, and do not meet.
 */
final class Keys {
    private static final int LENGTH_BYTES = 2;

    private final byte[] namespace;

    Keys(String namespace) {
        this.namespace = namespace.getBytes(StandardCharsets.UTF_8);
    }

    byte[] namespace() {
        return namespace.clone();
    }

    byte[] of(ClaimKey key) {
        return key(kind(key.kind()), key.name());
    }

    byte[] ofGroup(String group) {
        return key('G', group);
    }

    /** What all keys of a kind begin with, and no other key does. */
    byte[] prefix(ClaimKey.Kind kind) {
        return key(kind(kind), "");
    }

    byte[] groupPrefix() {
        return key('G', "");
    }

    private static char kind(ClaimKey.Kind kind) {
        return kind == ClaimKey.Kind.LOCK ? 'L' : 'E';
    }

    private byte[] key(char kind, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(LENGTH_BYTES + namespace.length + 1 + text.length)
                .putShort((short) namespace.length)
                .put(namespace)
                .put((byte) kind)
                .put(text)
                .array();
    }

    /** What is greater than all that begins with the prefix, and no greater than anything else; a kind is no last byte. */
    static byte[] after(byte[] prefix) {
        byte[] next = prefix.clone();
        next[next.length - 1]++;
        return next;
    }

    /** The name in a key of this namespace. */
    String name(byte[] key) {
        int start = LENGTH_BYTES + namespace.length + 1;
        return new String(key, start, key.length - start, StandardCharsets.UTF_8);
    }

    long lock(Subject watched) {
        if (watched instanceof Subject.Key key) {
            return lock(of(key.key()));
        }
        return watched instanceof Subject.Group group ? lock(ofGroup(group.name())) : lock(key('A', ""));
    }

    /** What notifications about a subject carry. */
    String address(Subject subject) {
        if (subject instanceof Subject.Request request) {
            return address(request.claim());
        }
        return subject instanceof Subject.Session session
                ? "s" + Long.toHexString(session(session.session()))
                : "w" + Long.toHexString(lock(subject));
    }

    String address(ClaimId claim) {
        return "r" + Long.toHexString(session(claim.session())) + ":" + claim.sequence();
    }

    /** The advisory lock that a session's connection holds, and its id in the tables. */
    static long session(SessionId session) {
        return lock(("session " + session.incarnation()).getBytes(StandardCharsets.UTF_8));
    }

    static long lock(byte[] key) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
