package dev.conclave.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** What creates Conclave's tables and procedures. Needs no class of another jar, so that {@link PrintSchema} runs from the driver's alone. */
final class Definition {
    private static final Pattern END_OF_STATEMENT = Pattern.compile("^//\n", Pattern.MULTILINE);

    private Definition() {}

    /** The statements, for a connection to the database. */
    static List<String> statements() {
        try (InputStream sql = Definition.class.getResourceAsStream("conclave-mysql.sql")) {
            if (sql == null) {
                throw new IllegalStateException("conclave-mysql.sql is missing in the driver's jar");
            }
            String text = new String(sql.readAllBytes(), StandardCharsets.UTF_8);
            return END_OF_STATEMENT.splitAsStream(text).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String quoted(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }
}
