package dev.conclave.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A step as the server runs it, and its name there: the hash of its text. */
final class Script {
    static final Script OPEN = new Script("open");
    static final Script RENEW = new Script("renew");
    static final Script RECONCILE = new Script("reconcile");
    static final Script END = new Script("end");
    static final Script CLAIM = new Script("claim");
    static final Script RELEASE = new Script("release");
    static final Script STATUS = new Script("status");
    static final Script BREAK = new Script("break");
    static final Script CREATE = new Script("create");
    static final Script DELETE = new Script("delete");
    static final Script GROUPS = new Script("groups");
    static final Script ENROL = new Script("enrol");
    static final Script AMEND = new Script("amend");
    static final Script WITHDRAW = new Script("withdraw");
    static final Script ROSTER = new Script("roster");
    static final Script WATCH = new Script("watch");

    private final Text plain;
    private final Text sharded;

    private Script(String name) {
        String source = (resource("start") + resource(name)).replace("@common@", resource("common"));
        plain = text(source);
        sharded = text(source.replace("'PUBLISH'", "'SPUBLISH'"));
    }

    /** What goes over the wire. */
    static final class Text {
        private final byte[] source;
        private final byte[] hash;

        private Text(byte[] source, byte[] hash) {
            this.source = source;
            this.hash = hash;
        }

        byte[] source() {
            return source;
        }

        byte[] hash() {
            return hash;
        }
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
