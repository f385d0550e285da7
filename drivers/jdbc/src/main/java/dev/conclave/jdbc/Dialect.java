package dev.conclave.jdbc;

import dev.conclave.DriverInfo;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.sql.SQLException;
import java.util.List;

/**
 * What is one kind of server's own. Procedures have the same names and parameters on all of them, as {@link JdbcDriver}, {@link Link} and
 * the like call them; the rest is here. Its {@link Object#toString} says where the server is, as in the application's URL, without secrets.
 */
public interface Dialect {
    /** Of the connected deployment; its name is in the names of threads. */
    DriverInfo info();

    /** What its client's failures mean. */
    Failures failures();

    /**
     * Connects for steps, and refuses what would corrupt.
     *
     * @param listener whose the signals for this coordinator are
     */
    Line.Asking connect(long listener) throws SQLException;

    /** Connects, to where the last one for steps went, and listens. */
    Line.Hearing listen(long listener) throws SQLException;

    /** Wakes a listener although nothing happened. */
    void wake(Statements statements, long listener) throws SQLException;

    /** An id as a parameter of statements: of a session, a listener, or what is watched. */
    Object parameter(long id);

    /** An id as signals carry it. */
    String digits(long id);

    /** An empty batch. */
    Batch batch(Keys keys);

    /** Renews a session. */
    Job.Question<Renewal> renewal(
            Keys keys, long listener, SessionId session, List<ClaimId> claims, List<EnrolmentId> enrolments);

    /** Ends a watch; parameters as those of the procedure {@code watch}. Answers a row, or none. */
    String unwatching();

    /** The groups from a key on and below another. */
    String groupsBetween();

    /** Claims and requests from a key on and below another, in the order of keys, and of each in its own. */
    String claimsBetween();
}
