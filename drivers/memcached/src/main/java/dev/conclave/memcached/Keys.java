package dev.conclave.memcached;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Names;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** How items are called at the server; processes of different versions must agree. A key has 250 bytes at most. */
final class Keys {
    private static final int LONGEST_NAMESPACE = 80;
    private static final int LONGEST_NAME = 140;

    private final String prefix;

    Keys(String namespace) {
        prefix = "conclave:" + part(namespace, LONGEST_NAMESPACE) + ":";
    }

    /** The text in the characters that a key may have, or its hash if that is too long; the two never look alike. */
    private static String part(String text, int longest) {
        String encoded = Names.encoded(text);
        return encoded.length() <= longest ? encoded : "#" + hash(text);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(text));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What all keys of the namespace begin with. */
    String prefix() {
        return prefix;
    }

    /** What the keys of a kind's names begin with. */
    String prefix(ClaimKey.Kind kind) {
        return prefix + (kind == ClaimKey.Kind.LOCK ? "L:" : "E:");
    }

    String session(SessionId session) {
        return session(session.incarnation());
    }

    String session(String incarnation) {
        return prefix + "s:" + incarnation;
    }

    String claims(ClaimKey key) {
        return prefix(key.kind()) + part(key.name(), LONGEST_NAME);
    }

    String group(String group) {
        return prefix + "g:" + part(group, LONGEST_NAME);
    }

    /** One edition of an enrolment's capabilities; never changed once stored. */
    String capabilities(EnrolmentId id, long edition) {
        return prefix + "c:" + id.session().incarnation() + ":" + id.sequence() + ":" + edition;
    }

    String groups() {
        return prefix + "groups";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is stored under a hash tells its whole name. */
    static void requireSame(String expected, String found) {
        if (!expected.equals(found)) {
            throw new MisconfiguredException(
                    "the names '" + expected + "' and '" + found + "' have the same hash; rename one of them");
        }
    }
}
