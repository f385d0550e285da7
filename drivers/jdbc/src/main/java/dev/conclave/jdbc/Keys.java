package dev.conclave.jdbc;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.LongFunction;

/**
 * How names are stored in one namespace. A key holds the full name; its hash says what lets steps on it through one at a time, and what
 * signals about it carry. Two names with one hash wait for each other, and do not meet.
 */
public final class Keys {
    static final String SESSION = "s";
    static final String REQUEST = "r";

    /** To look one up costs more than to use it. */
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Keys::digest);

    private static final int LENGTH_BYTES = 2;
    private final LongFunction<String> digits;
    private final byte[] namespace;

    /** @param digits of ids, as signals carry them */
    public Keys(String namespace, LongFunction<String> digits) {
        this.digits = digits;
        this.namespace = namespace.getBytes(StandardCharsets.UTF_8);
    }

    byte[] namespace() {
        return namespace.clone();
    }

    /** Of a lock or election. */
    public byte[] of(ClaimKey key) {
        return key(kind(key.kind()), key.name());
    }

    /** Of a group. */
    public byte[] ofGroup(String group) {
        return key('G', group);
    }

    /** What all keys of a kind begin with, and no other key does. */
    public byte[] prefix(ClaimKey.Kind kind) {
        return key(kind(kind), "");
    }

    /** What the keys of all groups begin with, and no other key does. */
    public byte[] groupPrefix() {
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
    public static byte[] after(byte[] prefix) {
        byte[] next = prefix.clone();
        next[next.length - 1]++;
        return next;
    }

    /** The name in a key of this namespace. */
    public String name(byte[] key) {
        int start = LENGTH_BYTES + namespace.length + 1;
        return new String(key, start, key.length - start, StandardCharsets.UTF_8);
    }

    /** The id of what is watched. */
    long subject(Subject watched) {
        if (watched instanceof Subject.Key key) {
            return hash(of(key.key()));
        }
        return hash(watched instanceof Subject.Group group ? ofGroup(group.name()) : key('A', ""));
    }

    /** What signals about a subject carry. */
    public String address(Subject subject) {
        if (subject instanceof Subject.Request request) {
            return address(request.claim());
        }
        return subject instanceof Subject.Session session
                ? SESSION + digits.apply(id(session.session()))
                : "w" + digits.apply(subject(subject));
    }

    String address(ClaimId claim) {
        return REQUEST + digits.apply(id(claim.session())) + ":" + claim.sequence();
    }

    /** A session's id in the tables, and in what its connection holds to show that it lives. */
    public static long id(SessionId session) {
        return hash(("session " + session.incarnation()).getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Sixty-four bits of a key, by which steps on one name go through one at a time. */
    public static long hash(byte[] key) {
        return ByteBuffer.wrap(DIGEST.get().digest(key)).getLong();
    }
}
