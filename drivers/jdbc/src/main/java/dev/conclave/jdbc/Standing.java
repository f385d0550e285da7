package dev.conclave.jdbc;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who holds what and who waits, as questions. */
final class Standing {
    private final Dialect dialect;
    private final Keys keys;

    private static final class Line {
        final ClaimKey key;
        final List<ClaimStatus.Holding> holders = new ArrayList<>();
        int waiters;

        Line(ClaimKey key) {
            this.key = key;
        }

        ClaimStatus status() {
            return new ClaimStatus(key, holders, waiters);
        }
    }

    Standing(Dialect dialect, Keys keys) {
        this.dialect = dialect;
        this.keys = keys;
    }

    ClaimStatus of(Statements statements, ClaimKey key) throws SQLException {
        Line line = new Line(key);
        byte[] from = keys.of(key);
        // The first key behind it.
        statements.rows(dialect.claimsBetween(), row -> add(row, line), from, Arrays.copyOf(from, from.length + 1));
        return line.status();
    }

    List<ClaimStatus> all(Statements statements, ClaimKey.Kind kind) throws SQLException {
        Map<String, Line> lines = new LinkedHashMap<>();
        byte[] prefix = keys.prefix(kind);
        statements.rows(
                dialect.claimsBetween(),
                row -> {
                    String name = keys.name(row.getBytes("name"));
                    return add(row, lines.computeIfAbsent(name, any -> new Line(new ClaimKey(kind, name))));
                },
                prefix,
                Keys.after(prefix));
        return lines.values().stream().map(Line::status).toList();
    }

    private static boolean add(ResultSet row, Line line) throws SQLException {
        long token = row.getLong("token");
        if (row.wasNull()) {
            line.waiters++;
            return true;
        }
        SessionId session =
                new SessionId(new String(row.getBytes("member"), StandardCharsets.UTF_8), row.getString("incarnation"));
        return line.holders.add(new ClaimStatus.Holding(
                new ClaimId(line.key, session, row.getLong("seq")),
                row.getBoolean("shared"),
                token,
                new String(row.getBytes("payload"), StandardCharsets.UTF_8),
                Groups.instant(row.getLong("since")),
                // The server does not tell when it last heard from a session: at most all of it is left.
                Duration.ofMillis(row.getLong("ttl_millis"))));
    }
}
