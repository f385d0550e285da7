package dev.conclave.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("our XXH64")
class XxHash64Test {

    @Test
    @DisplayName("gives the published numbers, at every length that takes another path")
    void isXxh64() {
        assertThat(hash("", 0)).isEqualTo("ef46db3751d8e999");
        assertThat(hash("a", 0)).isEqualTo("d24ec4f1a98c6e5b");
        assertThat(hash("abc", 0)).isEqualTo("44bc2cf5ad770999");
        assertThat(hash("abc", 1)).isEqualTo("bea9ca8199328908");
        assertThat(hash("12345678", 0)).isEqualTo("d2d02f08cf7cfd4a");
        assertThat(hash("1234567890123", 0)).isEqualTo("81f613829897771f");
        assertThat(hash("Nobody inspects the spammish repetition", 0)).isEqualTo("fbcea83c8a378bf1");
        assertThat(hash(upTo(32), 1)).isEqualTo("d74e6766ce9dba94");
        assertThat(hash(upTo(101), 0)).isEqualTo("e99038495f85381e");
        assertThat(hash(upTo(101), 2654435761L)).isEqualTo("a1c6d4174c37136d");
    }

    private static String hash(String text, long seed) {
        return "%016x".formatted(XxHash64.hash(text.getBytes(StandardCharsets.ISO_8859_1), seed));
    }

    /** The bytes 0, 1, 2 and so on. */
    private static String upTo(int length) {
        StringBuilder text = new StringBuilder();
        for (char c = 0; c < length; c++) {
            text.append(c);
        }
        return text.toString();
    }
}
