package dev.conclave.postgresql;

import dev.conclave.jdbc.Job;
import dev.conclave.jdbc.Keys;
import dev.conclave.jdbc.Statements;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.sql.Array;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A proof of life, and what the member believes to have. */
record Renewals(Keys keys, SessionId session, List<ClaimId> claims, List<EnrolmentId> enrolments)
        implements Job.Question<Renewal> {
    @Override
    public Renewal ask(Statements statements) throws SQLException {
        return statements.row(
                "select * from renew(?, ?, ?, ?, ?)",
                row -> renewal(row.getArray(1), row.getArray(2)),
                Keys.id(session),
                claims.stream().map(claim -> keys.of(claim.key())).toArray(byte[][]::new),
                claims.stream().mapToLong(ClaimId::sequence).toArray(),
                enrolments.stream()
                        .map(enrolment -> keys.ofGroup(enrolment.group()))
                        .toArray(byte[][]::new),
                enrolments.stream().mapToLong(EnrolmentId::sequence).toArray());
    }

    private Renewal renewal(@Nullable Array lostClaims, @Nullable Array lostEnrolments) throws SQLException {
        if (lostClaims == null || lostEnrolments == null) {
            return new Renewal.NoSession();
        }
        Set<Long> claimsGone = Set.of((Long[]) lostClaims.getArray());
        Set<Long> enrolmentsGone = Set.of((Long[]) lostEnrolments.getArray());
        return new Renewal.Renewed(
                claims.stream()
                        .filter(claim -> claimsGone.contains(claim.sequence()))
                        .collect(Collectors.toSet()),
                enrolments.stream()
                        .filter(enrolment -> enrolmentsGone.contains(enrolment.sequence()))
                        .collect(Collectors.toSet()));
    }
}
