package dev.conclave.mysql;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who holds what and who waits, as questions. */
final class Standing {
    private static final String COLUMNS =
            "select c.name, s.member, s.incarnation, s.ttl_millis, c.seq, c.shared, c.token, c.payload, c.since from (";

    private static final String LIVING = ") c join conclave_sessions s on s.id = c.session and s.ended = 0";

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

    Standing(Keys keys) {
        this.keys = keys;
    }

    private static String claims(String which) {
        return "select name, session, seq, 0 as shared, token, payload, since, 0 as ticket from conclave_heads where "
                + which + " and session is not null union all"
                + " select name, session, seq, shared, token, payload, since, ticket from conclave_queue where "
                + which;
    }

    ClaimStatus of(Statements statements, ClaimKey key) throws SQLException {
        Line line = new Line(key);
        byte[] name = keys.of(key);
        statements.rows(
                COLUMNS + claims("name = ?") + LIVING + " order by c.ticket", row -> add(row, line), name, name);
        return line.status();
    }

    List<ClaimStatus> all(Statements statements, ClaimKey.Kind kind) throws SQLException {
        Map<String, Line> lines = new LinkedHashMap<>();
        byte[] prefix = keys.prefix(kind);
        statements.rows(
                COLUMNS + claims("name > ? and name < ?") + LIVING + " order by c.name, c.ticket",
                row -> {
                    String name = keys.name(row.getBytes("name"));
                    return add(row, lines.computeIfAbsent(name, any -> new Line(new ClaimKey(kind, name))));
                },
                prefix,
                Keys.after(prefix),
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
        SessionId session = new SessionId(Groups.text(row, "member"), Groups.text(row, "incarnation"));
        return line.holders.add(new ClaimStatus.Holding(
                new ClaimId(line.key, session, row.getLong("seq")),
                row.getBoolean("shared"),
                token,
                Groups.text(row, "payload"),
                Groups.instant(row.getLong("since")),
                // The server does not tell when it last heard from a session: at most all of it is left.
                Duration.ofMillis(row.getLong("ttl_millis"))));
    }
}
