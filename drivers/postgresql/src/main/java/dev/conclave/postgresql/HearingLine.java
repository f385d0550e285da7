package dev.conclave.postgresql;

import dev.conclave.jdbc.Line;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** A connection that waits for notifications. Its advisory lock says that it does. */
final class HearingLine extends PostgresqlLine implements Line.Hearing {
    private final int longestWait;

    private HearingLine(Connection connection, @Nullable Socket socket, int longestWait) {
        super(connection, socket);
        this.longestWait = longestWait;
    }

    static HearingLine listen(Connection connection, @Nullable Socket socket, long listener, Duration ttl)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen \"" + channel(listener) + '"');
            statement.execute("select pg_advisory_lock_shared(" + listener + ")");
            statement.execute("set idle_session_timeout to " + 3 * ttl.toMillis());
        }
        return new HearingLine(connection, socket, Math.toIntExact(ttl.toMillis()));
    }

    static String channel(long listener) {
        return "conclave_" + Long.toHexString(listener);
    }

    @Override
    public void hear(Consumer<String> heard) throws SQLException {
        PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications(longestWait);
        if (notifications == null || notifications.length == 0) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("select 1"); // or is the line dead?
            }
            return;
        }
        for (PGNotification notification : notifications) {
            heard.accept(notification.getParameter());
        }
    }
}
