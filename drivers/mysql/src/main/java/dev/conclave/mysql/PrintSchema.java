package dev.conclave.mysql;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints the statements that create Conclave's tables and procedures, for databases where the application's user may not.
 *
 * <pre>
 *   java -cp conclave-mysql.jar dev.conclave.mysql.PrintSchema [DATABASE [USER]] | mysql
 * </pre>
 */
public final class PrintSchema {
    private PrintSchema() {}

    /**
     * Prints them to the standard output.
     *
     * @param arguments the database's name, by default {@code conclave}; and the user that may use it, {@code name} or
     *     {@code name@host}
     */
    public static void main(String[] arguments) {
        String database = Definition.quoted(arguments.length > 0 ? arguments[0] : Server.DEFAULT_DATABASE);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("set sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION';");
        out.println("create database if not exists " + database + ";");
        out.println("use " + database + ";");
        out.println("delimiter //");
        Definition.statements().forEach(statement -> out.println(statement.strip() + "\n//"));
        out.println("delimiter ;");
        if (arguments.length > 1) {
            out.println(grants(database, arguments[1]) + ";");
        }
    }

    static String grants(String database, String user) {
        int at = user.lastIndexOf('@');
        String name = at < 0 ? user : user.substring(0, at);
        String host = at < 0 ? "%" : user.substring(at + 1);
        return "grant select, insert, update, delete, execute on " + database + ".* to " + Definition.quoted(name) + "@"
                + Definition.quoted(host);
    }
}
