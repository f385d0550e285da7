package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Keys at the server")
class KeysTest {
    @Test
    @DisplayName("are derived as they always were: processes of different versions must agree")
    void goldenVectors() throws Exception {
        SessionId session = new SessionId("ada", "0123456789abcdefghijklmnop");
        StringBuilder derived = new StringBuilder();
        for (String namespace : List.of("conclave", "a/b", "#", "größe", "%7B", "x".repeat(81))) {
            derived.append("namespace ").append(namespace).append(' ');
            derived.append(new Keys(namespace).prefix()).append('\n');
        }
        Keys keys = new Keys("conclave");
        for (ClaimKey.Kind kind : ClaimKey.Kind.values()) {
            for (String name : List.of("a", "A", "a b", "größe", "x".repeat(140), "x".repeat(141))) {
                ClaimKey key = new ClaimKey(kind, name);
                derived.append(key).append(' ').append(keys.claims(key)).append('\n');
            }
        }
        derived.append("group ").append(keys.group("workers")).append('\n');
        derived.append("groups ").append(keys.groups()).append('\n');
        derived.append("session ").append(keys.session(session)).append('\n');
        derived.append("capabilities ")
                .append(keys.capabilities(new EnrolmentId(session, "workers", 7), 2))
                .append('\n');

        try (var golden = KeysTest.class.getResourceAsStream("keys.txt")) {
            assertThat(derived).hasToString(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    @DisplayName("are no longer than a key may be, and have no blanks, whatever the names are")
    void fit() {
        for (String name : List.of("x".repeat(512), "中".repeat(170), " ".repeat(512), "\n", "\u0000")) {
            Keys keys = new Keys(name);
            SessionId session = new SessionId(name, "0123456789abcdefghijklmnop");
            for (String key : List.of(
                    keys.claims(new ClaimKey(ClaimKey.Kind.LOCK, name)),
                    keys.group(name),
                    keys.session(session),
                    keys.capabilities(new EnrolmentId(session, name, Long.MAX_VALUE), Long.MAX_VALUE))) {
                assertThat(key).hasSizeLessThanOrEqualTo(250).matches("[!-~]+");
            }
        }
    }
}
