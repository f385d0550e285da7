package dev.conclave.postgresql;

/**
 * Prints the statements that create Conclave's schema, for databases where the application's user may not.
 *
 * <pre>
 *   java -cp conclave-postgresql.jar dev.conclave.postgresql.PrintSchema [SCHEMA [USER]] | psql DATABASE
 * </pre>
 */
public final class PrintSchema {
    private PrintSchema() {}

    /**
     * Prints them to the standard output.
     *
     * @param arguments the schema's name, by default {@code conclave}; and the user that may use it
     */
    public static void main(String[] arguments) {
        String schema = Definition.quoted(arguments.length > 0 ? arguments[0] : "conclave");
        StringBuilder sql = new StringBuilder("begin;\ncreate schema if not exists " + schema
                + ";\nset local search_path to " + schema + ";\n" + Definition.statements());
        if (arguments.length > 1) {
            sql.append('\n')
                    .append(grants(schema, Definition.quoted(arguments[1])))
                    .append('\n');
        }
        System.out.println(sql.append("commit;"));
    }

    static String grants(String schema, String user) {
        return "grant usage on schema " + schema + " to " + user + ";\n"
                + "grant select, insert, update, delete on all tables in schema " + schema + " to " + user + ";\n"
                + "grant usage, select, update on all sequences in schema " + schema + " to " + user + ";\n"
                + "grant execute on all functions in schema " + schema + " to " + user + ";";
    }
}
