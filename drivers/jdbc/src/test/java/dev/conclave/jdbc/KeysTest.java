package dev.conclave.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Keys in the database")
class KeysTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final SessionId SESSION = new SessionId("ada", "0123456789abcdefghijklmnop");

    @Test
    @DisplayName("are derived as they always were: members of different versions must agree")
    void goldenVectors() {
        Keys keys = new Keys("conclave", HEX::toHexDigits);
        ClaimKey lock = new ClaimKey(ClaimKey.Kind.LOCK, "invoice-42");
        List<String> derived = new ArrayList<>();
        derived.add(HEX.formatHex(keys.of(lock)));
        derived.add(HEX.formatHex(keys.of(new ClaimKey(ClaimKey.Kind.ELECTION, "größe"))));
        derived.add(HEX.formatHex(keys.of(new ClaimKey(ClaimKey.Kind.LOCK, "a\u0000b"))));
        derived.add(HEX.formatHex(new Keys("ü", HEX::toHexDigits).ofGroup("workers")));
        derived.add(keys.address(new Subject.Key(lock)));
        derived.add(keys.address(new Subject.Group("workers")));
        derived.add(keys.address(new Subject.AllGroups()));
        derived.add(keys.address(new Subject.Session(SESSION)));
        derived.add(keys.address(new Subject.Request(new ClaimId(lock, SESSION, 7))));

        assertThat(derived).containsExactly(GOLDEN);
    }

    private static final String[] GOLDEN = {
        "0008636f6e636c6176654c696e766f6963652d3432",
        "0008636f6e636c617665456772c3b6c39f65",
        "0008636f6e636c6176654c610062",
        "0002c3bc47776f726b657273",
        "wa0904dd73c77d4d8",
        "we430c973e7d6feb2",
        "w5c0808e08cc12f08",
        "s37a878e00cdcd987",
        "r37a878e00cdcd987:7"
    };

    @Test
    @DisplayName("of different namespaces, kinds and names never meet, and give their names back")
    void injective() {
        Random random = new Random(42);
        Set<String> asked = new HashSet<>();
        Set<String> derived = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            String namespace = text(random);
            String name = text(random);
            ClaimKey.Kind kind = random.nextBoolean() ? ClaimKey.Kind.LOCK : ClaimKey.Kind.ELECTION;
            asked.add(namespace.length() + namespace + kind + name);
            Keys keys = new Keys(namespace, HEX::toHexDigits);
            byte[] key = keys.of(new ClaimKey(kind, name));
            derived.add(HEX.formatHex(key));
            assertThat(keys.name(key)).isEqualTo(name);
            assertThat(Arrays.compareUnsigned(keys.prefix(kind), key)).isNegative();
            assertThat(Arrays.compareUnsigned(Keys.after(keys.prefix(kind)), key))
                    .isPositive();
        }
        assertThat(derived).hasSameSizeAs(asked);
    }

    private static String text(Random random) {
        return random.ints(1 + random.nextInt(3), 0, 0x80)
                .map(i -> i < 0x60 ? "\0LEG\1\2".charAt(i % 6) : i)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
