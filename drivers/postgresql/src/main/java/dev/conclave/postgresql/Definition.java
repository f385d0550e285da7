package dev.conclave.postgresql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What creates Conclave's tables and functions. Needs no class of another jar, so that {@link PrintSchema} runs from the driver's alone. */
final class Definition {
    private Definition() {}

    /** The statements, for a search path of the schema alone. */
    static String statements() {
        try (InputStream sql = Definition.class.getResourceAsStream("conclave-postgresql.sql")) {
            if (sql == null) {
                throw new IllegalStateException("conclave-postgresql.sql is missing in the driver's jar");
            }
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
