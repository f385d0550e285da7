package dev.conclave.mysql;

import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.jdbc.Failures;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the client library means, and what to do now. */
final class MysqlFailures extends Failures {
    /** A query was killed; the connection stays. */
    static final int QUERY_KILLED = 1317;

    /** No such procedure, table or database: somebody has dropped ours. */
    private static final Set<Integer> SCHEMA_GONE = Set.of(1305, 1146, 1049, 1046);

    /** Killed, or ended since it was silent for too long. */
    private static final Set<Integer> CONNECTION_ENDED = Set.of(1927, 4031);

    private static final Set<Integer> READ_ONLY = Set.of(1290, 1836, 3032);
    private static final Set<Integer> NOT_ALLOWED = Set.of(1044, 1142, 1143, 1227, 1370, 1419);
    private static final Set<Integer> NO_CONNECTION_LEFT = Set.of(1040, 1203, 1226);
    private static final int ACCESS_DENIED = 1045;
    private static final int NO_DATABASE = 1049;

    @Override
    public boolean endsConnection(SQLException failure) {
        return endsIt(failure);
    }

    static boolean endsIt(SQLException failure) {
        String state = failure.getSQLState();
        return state == null
                || state.isEmpty()
                || state.startsWith("08")
                || CONNECTION_ENDED.contains(failure.getErrorCode())
                || READ_ONLY.contains(failure.getErrorCode())
                || SCHEMA_GONE.contains(failure.getErrorCode())
                || cause(failure, IOException.class) != null;
    }

    static boolean saysNoTls(SQLException failure) {
        return message(failure).contains("ssl not enabled");
    }

    static boolean isNotAllowed(SQLException failure) {
        return NOT_ALLOWED.contains(failure.getErrorCode());
    }

    @Override
    protected @Nullable ConclaveException known(Object where, String what, SQLException sql) {
        int code = sql.getErrorCode();
        if (code == ACCESS_DENIED) {
            return new MisconfiguredException(
                    where + " refuses the user: " + message(sql) + "; mend the user or password in the URL", sql);
        }
        if (code == NO_DATABASE) {
            return new MisconfiguredException(
                    where + " has no such database; create it, or name another one at the end of the URL", sql);
        }
        if (isNotAllowed(sql)) {
            return new MisconfiguredException(
                    where + " does not allow it: " + what + ": " + message(sql)
                            + "; grant the user what it needs: see dev.conclave.mysql.PrintSchema",
                    sql);
        }
        if (READ_ONLY.contains(code)) {
            return readOnly(where, sql);
        }
        if (NO_CONNECTION_LEFT.contains(code)) {
            return noConnectionLeft(where, sql);
        }
        return connecting(where, sql);
    }

    private static @Nullable ConclaveException connecting(Object where, SQLException failure) {
        if (saysNoTls(failure)) {
            return new MisconfiguredException(
                    where + " has no TLS; switch it on at the server, or give it up with ?tls=disable", failure);
        }
        return null;
    }
}
