package dev.conclave.mysql;

import dev.conclave.jdbc.Job;
import dev.conclave.jdbc.Keys;
import dev.conclave.jdbc.Statements;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A proof of life, and what the member believes to have. */
record Renewals(Keys keys, long listener, SessionId session, List<ClaimId> claims, List<EnrolmentId> enrolments)
        implements Job.Question<Renewal> {
    private static final int LIVES = 0;
    private static final int HOLDS = 1;

    private record Enrolled(long sequence, String group) {}

    @Override
    public Renewal ask(Statements statements) throws SQLException {
        Set<Long> held = new HashSet<>();
        Set<Enrolled> enrolled = new HashSet<>();
        List<Boolean> lives = statements.callRows(
                "renew",
                row -> {
                    int kind = row.getInt("kind");
                    long sequence = row.getLong("seq");
                    if (kind == HOLDS) {
                        held.add(sequence);
                    } else if (kind != LIVES) {
                        enrolled.add(new Enrolled(sequence, keys.name(row.getBytes("name"))));
                    }
                    return kind == LIVES;
                },
                MysqlDialect.bytes(Keys.id(session)),
                MysqlDialect.bytes(listener));
        if (!lives.contains(true)) {
            return new Renewal.NoSession();
        }
        return new Renewal.Renewed(
                claims.stream()
                        .filter(claim -> !held.contains(claim.sequence()))
                        .collect(Collectors.toSet()),
                enrolments.stream()
                        .filter(each -> !enrolled.contains(new Enrolled(each.sequence(), each.group())))
                        .collect(Collectors.toSet()));
    }
}
