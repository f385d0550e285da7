package dev.conclave.jdbc;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The steps on groups, as questions. */
final class Groups {
    private static final int UNCHANGED = 0;
    private static final int CHANGES = 1;
    private static final int HISTORY_LOST = 3;

    private final Keys keys;
    private final Dialect dialect;
    private final Object allGroups;

    Groups(Dialect dialect, Keys keys) {
        this.dialect = dialect;
        this.keys = keys;
        this.allGroups = dialect.parameter(keys.subject(new Subject.AllGroups()));
    }

    boolean create(Statements statements, String group) throws SQLException {
        return statements.call("create_group", row -> row.getBoolean(1), keys.ofGroup(group), allGroups);
    }

    GroupDeletion delete(Statements statements, String group) throws SQLException {
        int found = statements.call("delete_group", row -> row.getInt(1), keys.ofGroup(group), allGroups);
        return switch (found) {
            case 0 -> GroupDeletion.DELETED;
            case 1 -> GroupDeletion.NO_GROUP;
            default -> GroupDeletion.NOT_EMPTY;
        };
    }

    Set<String> all(Statements statements) throws SQLException {
        byte[] prefix = keys.groupPrefix();
        return new HashSet<>(statements.rows(
                dialect.groupsBetween(), row -> keys.name(row.getBytes(1)), prefix, Keys.after(prefix)));
    }

    EnrolReply enrol(Statements statements, Enrolment enrolment) throws SQLException {
        EnrolmentId id = enrolment.id();
        int reply = statements.call(
                "enrol",
                row -> row.getInt(1),
                dialect.parameter(Keys.id(id.session())),
                keys.ofGroup(id.group()),
                id.sequence(),
                enrolment.capabilities().getBytes(StandardCharsets.UTF_8),
                enrolment.createGroup(),
                enrolment.takeOver(),
                allGroups);
        return switch (reply) {
            case 0 -> EnrolReply.ENROLLED;
            case 1 -> EnrolReply.TAKEN;
            case 2 -> EnrolReply.NO_GROUP;
            default -> EnrolReply.NO_SESSION;
        };
    }

    boolean amend(Statements statements, EnrolmentId id, long edition, String capabilities) throws SQLException {
        return statements.call(
                "amend",
                row -> row.getBoolean(1),
                dialect.parameter(Keys.id(id.session())),
                keys.ofGroup(id.group()),
                id.sequence(),
                edition,
                capabilities.getBytes(StandardCharsets.UTF_8));
    }

    boolean withdraw(Statements statements, EnrolmentId id) throws SQLException {
        return statements.call(
                "withdraw",
                row -> row.getBoolean(1),
                dialect.parameter(Keys.id(id.session())),
                keys.ofGroup(id.group()),
                id.sequence());
    }

    RosterReply roster(Statements statements, String group, long known) throws SQLException {
        List<RosterEntry> listed = new ArrayList<>();
        Set<EnrolmentId> left = new HashSet<>();
        List<long[]> heads = new ArrayList<>();
        statements.callRows(
                "roster",
                row -> {
                    long revision = row.getLong("revision");
                    if (!row.wasNull()) {
                        heads.add(new long[] {revision, row.getLong("edition")});
                    } else if (row.getBytes("capabilities") == null) {
                        left.add(enrolment(row, group));
                    } else {
                        listed.add(entry(row, group));
                    }
                    return true;
                },
                keys.ofGroup(group),
                known);
        if (heads.isEmpty()) {
            return new RosterReply.NoGroup();
        }
        long revision = heads.get(0)[0];
        long answer = heads.get(0)[1];
        if (answer == UNCHANGED) {
            return new RosterReply.Unchanged();
        }
        return answer == CHANGES
                ? new RosterReply.Delta(revision, left, listed)
                : new RosterReply.Whole(revision, listed, answer == HISTORY_LOST);
    }

    private static EnrolmentId enrolment(ResultSet row, String group) throws SQLException {
        SessionId session =
                new SessionId(new String(row.getBytes("member"), StandardCharsets.UTF_8), row.getString("incarnation"));
        return new EnrolmentId(session, group, row.getLong("seq"));
    }

    private static RosterEntry entry(ResultSet row, String group) throws SQLException {
        return new RosterEntry(
                enrolment(row, group),
                new String(row.getBytes("capabilities"), StandardCharsets.UTF_8),
                instant(row.getLong("joined")),
                instant(row.getLong("updated")));
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
