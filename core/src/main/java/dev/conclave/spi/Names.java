package dev.conclave.spi;

import dev.conclave.MisconfiguredException;
import java.net.URLDecoder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The one rule for names: any non-empty Unicode text up to 512 bytes of UTF-8. */
public final class Names {
    /** The longest name, in bytes of UTF-8. */
    public static final int MAX_NAME_BYTES = 512;
    /** The longest payload or capabilities, in bytes of UTF-8. */
    public static final int MAX_PAYLOAD_BYTES = 64 * 1024;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Names() {}

    /** Returns the name, or says what is wrong with it. */
    public static String checked(String what, String name) {
        if (name.isEmpty()) {
            throw new MisconfiguredException("a " + what + " name must not be empty");
        }
        return checkedText(what + " name", name, MAX_NAME_BYTES);
    }

    /** Returns the text, or says that it is too long or no Unicode text. */
    public static String checkedText(String what, String text, int maxBytes) {
        int bytes = utf8Length(what, text);
        if (bytes > maxBytes) {
            throw new MisconfiguredException(
                    "the " + what + " takes " + bytes + " bytes of UTF-8; at most " + maxBytes + " are allowed");
        }
        return text;
    }

    /**
     * The name in letters, digits, hyphens and underscores, with everything else as its bytes of UTF-8, {@code %2F}: for backends
     * that give other characters a meaning. No two names ever meet. Up to three times as long as the name.
     */
    public static String encoded(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xff);
            if (isPlain(character)) {
                text.append(character);
            } else {
                text.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return text.toString();
    }

    private static boolean isPlain(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '-'
                || character == '_';
    }

    /** The name that {@link #encoded} was made of. */
    public static String decoded(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    private static int utf8Length(String what, String text) {
        try {
            // A fresh encoder reports lone surrogates. getBytes() would turn each into '?', and two names would meet.
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException e) {
            throw new MisconfiguredException("the " + what + " is not Unicode text: it has a lone surrogate", e);
        }
    }
}
