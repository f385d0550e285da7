package dev.conclave.postgresql;

import dev.conclave.jdbc.Line;
import dev.conclave.jdbc.Pipe;
import java.net.Socket;
import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** A connection for steps, which keeps its statements prepared. */
final class AskingLine extends PostgresqlLine implements Line.Asking {
    private final KeptStatements statements;
    private final @Nullable Pipe pipe;

    AskingLine(Connection connection, @Nullable Socket socket, KeptStatements statements, @Nullable Pipe pipe) {
        super(connection, socket);
        this.statements = statements;
        this.pipe = pipe;
    }

    @Override
    public KeptStatements statements() {
        return statements;
    }

    @Override
    public @Nullable Pipe pipe() {
        return pipe;
    }
}
