package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.Names;
import dev.conclave.spi.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * How things are called at the server; processes of different versions must agree.
 *
 * <pre>
 *   /root/namespace/life                                   what tokens are counted from
 *                  /s/INCARNATION                          a session, to be told by
 *                  /l/NAME/x/INCARNATION-                  a claim on a lock, or a request for one; s where it is shared
 *                  /l/NAME/x/INCARNATION-SEQUENCE          the same, while that key may not be used again
 *                  /e/NAME/x/...                           the same for elections
 *                  /n/GROUP                                a group's name
 *                  /m/GROUP/                               that the group is there, beside its members: one range is watched
 *                  /m/GROUP/MEMBER                         an enrolment
 * </pre>
 */
final class Keys {
    private final String prefix;

    /** @param root the URL's path, with its leading slash, or nothing */
    Keys(String root, String namespace) {
        this.prefix = root + "/" + Names.encoded(namespace) + "/";
    }

    /** What all keys of the namespace begin with. */
    String prefix() {
        return prefix;
    }

    ByteString life() {
        return bytes(prefix + "life");
    }

    ByteString session(String incarnation) {
        return bytes(prefix + "s/" + incarnation);
    }

    /** The claims on all names of a kind. */
    ByteString names(ClaimKey.Kind kind) {
        return bytes(prefix + (kind == ClaimKey.Kind.LOCK ? "l/" : "e/"));
    }

    /** The claims on one name. */
    ByteString claims(ClaimKey key) {
        return names(key.kind()).concat(bytes(Names.encoded(key.name()) + "/"));
    }

    /** Those claims on a name that are in the way of another one. */
    ByteString inTheWayOf(ClaimKey key, boolean shared) {
        return shared ? claims(key).concat(bytes("x/")) : claims(key);
    }

    /** The one that a session uses again and again. */
    ByteString claimAgain(ClaimId id, boolean shared) {
        return claims(id.key())
                .concat(bytes((shared ? "s/" : "x/") + id.session().incarnation() + "-"));
    }

    /** One for this request alone. */
    ByteString claim(ClaimId id, boolean shared) {
        return claimAgain(id, shared).concat(bytes(Long.toString(id.sequence())));
    }

    ByteString groups() {
        return bytes(prefix + "n/");
    }

    ByteString groupName(String group) {
        return groups().concat(bytes(Names.encoded(group)));
    }

    /** That a group is there; its members' keys begin with this too. */
    ByteString group(String group) {
        return bytes(prefix + "m/" + Names.encoded(group) + "/");
    }

    ByteString member(String group, String member) {
        return group(group).concat(bytes(Names.encoded(member)));
    }

    /** The end of the range of all that begins with this, which ends in a slash. */
    static ByteString end(ByteString prefix) {
        return prefix.substring(0, prefix.size() - 1).concat(bytes("0"));
    }

    /** What follows after a prefix. */
    static String tail(ByteString key, ByteString prefix) {
        return text(key.substring(prefix.size()));
    }

    /** The number of a session's lease: of 63 bits, of which no two incarnations have the same. */
    static long lease(SessionId session) {
        return lease(session.incarnation());
    }

    static long lease(String incarnation) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(incarnation.getBytes(StandardCharsets.UTF_8));
            return Math.max(1, ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    static String text(ByteString bytes) {
        return bytes.toStringUtf8();
    }
}
