package dev.conclave.redis;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.Names;
import dev.conclave.spi.Subject;
import java.nio.charset.StandardCharsets;

/** How things are called at the server; processes of different versions must agree. */
final class Keys {
    private final String hashTag;
    private final String prefix;

    Keys(String namespace) {
        hashTag = Names.encoded(namespace);
        prefix = "conclave:{" + hashTag + "}:";
    }

    /** What decides on the slot in a cluster. Without braces, whatever the namespace is. */
    String hashTag() {
        return hashTag;
    }

    /** What all keys and channels of the namespace begin with. */
    byte[] prefix() {
        return bytes(prefix);
    }

    static String name(ClaimKey key) {
        return letter(key.kind()) + key.name();
    }

    static ClaimKey key(String name) {
        ClaimKey.Kind kind = name.charAt(0) == 'L' ? ClaimKey.Kind.LOCK : ClaimKey.Kind.ELECTION;
        return new ClaimKey(kind, name.substring(1));
    }

    static String letter(ClaimKey.Kind kind) {
        return kind == ClaimKey.Kind.LOCK ? "L" : "E";
    }

    /** The channel on which a subject's notifications come; those of a request come on its session's. */
    String channel(Subject subject) {
        if (subject instanceof Subject.Request request) {
            return channel(new Subject.Session(request.claim().session()));
        }
        if (subject instanceof Subject.Session session) {
            return prefix + "session:" + session.session().incarnation();
        }
        if (subject instanceof Subject.Key key) {
            return prefix + "key:" + name(key.key());
        }
        if (subject instanceof Subject.Group group) {
            return prefix + "group:" + group.name();
        }
        return prefix + "groups";
    }

    /** A channel and the message on it: of a request its sequence, of all else nothing. */
    String address(Subject subject) {
        if (subject instanceof Subject.Request request) {
            ClaimId claim = request.claim();
            return address(channel(subject), Long.toString(claim.sequence()));
        }
        return address(channel(subject), "");
    }

    static String address(String channel, String message) {
        return message + ' ' + channel;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
