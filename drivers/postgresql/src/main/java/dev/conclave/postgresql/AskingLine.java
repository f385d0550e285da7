package dev.conclave.postgresql;

import dev.conclave.jdbc.Line;
import java.sql.Connection;

/** A connection for steps, which keeps its statements prepared. */
final class AskingLine extends PostgresqlLine implements Line.Asking {
    private final KeptStatements statements;

    AskingLine(Connection connection, KeptStatements statements) {
        super(connection);
        this.statements = statements;
    }

    @Override
    public KeptStatements statements() {
        return statements;
    }
}
