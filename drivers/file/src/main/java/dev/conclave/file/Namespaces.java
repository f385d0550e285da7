package dev.conclave.file;

import dev.conclave.table.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The directory of a namespace. */
final class Namespaces {
    /** Short, so that the path of a socket below it is not too long. */
    private static final int MAX_LENGTH = 48;

    private Namespaces() {}

    /**
     * A namespace as a file name, injectively, also where file names do not tell capitals from small letters
     * or one Unicode form from another: other bytes than those of {@code a-z 0-9 _ -} as {@code %xx}; the
     * SHA-256 of what would be too long, after a tilde, which is in no other.
     */
    static String directory(String namespace) {
        StringBuilder name = new StringBuilder();
        for (byte b : namespace.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '_' || b == '-') {
                name.append((char) b);
            } else {
                name.append('%').append(HexFormat.of().toHexDigits(b));
            }
        }
        return name.length() <= MAX_LENGTH ? name.toString() : "~" + sha256(namespace);
    }

    static String sha256(String text) {
        return HexFormat.of().formatHex(Digests.sha256(text));
    }
}
