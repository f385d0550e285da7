package dev.conclave.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A step as the server runs it, and its name there: the hash of its text. */
enum Script {
    OPEN,
    RENEW,
    END,
    CLAIM,
    RELEASE,
    STATUS,
    BREAK,
    CREATE,
    DELETE,
    GROUPS,
    ENROL,
    AMEND,
    WITHDRAW,
    ROSTER;

    private static final String COMMON = "@common@";

    private final Text plain;
    private final Text sharded;

    /** What goes over the wire. */
    record Text(byte[] source, byte[] hash) {}

    Script() {
        String source = resource("start") + resource(name().toLowerCase(java.util.Locale.ROOT));
        source = source.replace(COMMON, resource("common"));
        plain = text(source);
        sharded = text(source.replace("'PUBLISH'", "'SPUBLISH'"));
    }

    /** @param sharded whether notifications go only to the node of the namespace's slot (Redis Cluster 7 and newer) */
    Text text(boolean sharded) {
        return sharded ? this.sharded : plain;
    }

    private static Text text(String source) {
        try {
            byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(bytes);
            return new Text(bytes, HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }

    private static String resource(String name) {
        try (InputStream stream = Script.class.getResourceAsStream(name + ".lua")) {
            if (stream == null) {
                throw new IllegalStateException("the script " + name + ".lua is missing in the driver's jar");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
