package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.table.Subjects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Names in a store")
class NamesTest {
    @Test
    @DisplayName("are derived as they always were: processes of different versions must agree")
    void goldenVectors() throws IOException {
        StringBuilder derived = new StringBuilder();
        for (String name : new String[] {"conclave", "Billing", "a/b", "..", "größe", "x".repeat(49)}) {
            derived.append("namespace ")
                    .append(name)
                    .append(" ")
                    .append(Namespaces.directory(name))
                    .append('\n');
        }
        for (ClaimKey.Kind kind : ClaimKey.Kind.values()) {
            for (String name : new String[] {"a", "invoice-42", "größe"}) {
                ClaimKey key = new ClaimKey(kind, name);
                derived.append(key)
                        .append(" ")
                        .append(hash(new Subject.Key(key)))
                        .append('\n');
            }
        }
        SessionId session = new SessionId("ada", "0123456789abcdefghijklmnop");
        ClaimKey key = new ClaimKey(ClaimKey.Kind.LOCK, "a");
        derived.append("group workers ")
                .append(hash(new Subject.Group("workers")))
                .append('\n');
        derived.append("all groups ").append(hash(new Subject.AllGroups())).append('\n');
        derived.append("session ").append(hash(new Subject.Session(session))).append('\n');
        derived.append("request ")
                .append(hash(new Subject.Request(new ClaimId(key, session, 7))))
                .append('\n');

        try (var golden = NamesTest.class.getResourceAsStream("names.txt")) {
            assertThat(derived).hasToString(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String hash(Subject subject) {
        return Long.toHexString(Subjects.hash(subject));
    }

    @Test
    @DisplayName("never share a directory, also where file names ignore case")
    void injective() {
        Random random = new Random(42);
        Set<String> names = new HashSet<>();
        Set<String> directories = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            String name = random.ints(1 + random.nextInt(60), 1, 0x250)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            names.add(name);
            directories.add(Namespaces.directory(name).toLowerCase(java.util.Locale.ROOT));
        }
        assertThat(directories).hasSameSizeAs(names).allMatch(name -> name.length() <= 65);
    }
}
