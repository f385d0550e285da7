package dev.conclave.mysql;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * How names are stored in one namespace. A key holds the full name; its hash says which mutex lets steps on it through one at a time,
 * and what signals about it carry. Two names with one mutex wait for each other, and do not meet.
 */
final class Keys {
    private static final int LENGTH_BYTES = 2;
    private static final int HASH_BYTES = 8;
    private static final int MUTEX_BITS = 12;
    private static final HexFormat HEX = HexFormat.of();

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

    byte[] subject(Subject watched) {
        if (watched instanceof Subject.Key key) {
            return hash(of(key.key()));
        }
        return hash(watched instanceof Subject.Group group ? ofGroup(group.name()) : key('A', ""));
    }

    /** What signals about a subject carry. */
    String address(Subject subject) {
        if (subject instanceof Subject.Request request) {
            return address(request.claim());
        }
        return subject instanceof Subject.Session session
                ? "s" + HEX.formatHex(session(session.session()))
                : "w" + HEX.formatHex(subject(subject));
    }

    String address(ClaimId claim) {
        return "r" + HEX.formatHex(session(claim.session())) + ":" + claim.sequence();
    }

    /** A session's id in the tables, and in the name of the lock that its connection holds. */
    static byte[] session(SessionId session) {
        return hash(("session " + session.incarnation()).getBytes(StandardCharsets.UTF_8));
    }

    /** The number of the mutex of a key. */
    static short mutex(byte[] key) {
        return (short) ((ByteBuffer.wrap(hash(key)).getShort() & 0xffff) >> (Short.SIZE - MUTEX_BITS));
    }

    private static byte[] hash(byte[] text) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(text), HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
