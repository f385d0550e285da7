package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A MariaDB server. */
public final class MariaDbServer extends MySqlFamilyServer {
    private static final String PACKAGE = "mariadb-server-core";
    private static final Path SCRIPTS = Path.of("/usr/share/mysql");
    private static final List<String> SYSTEM_TABLES =
            List.of("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql");

    private final Path program;

    private MariaDbServer(TemporaryFolder folder, Path program, List<String> options) throws IOException {
        super("MariaDB", folder, List.of(program.toString(), "--no-defaults", "--innodb-log-file-size=16M"), options);
        this.program = program;
    }

    /**
     * Makes a data folder and starts a server on it, on a free port of the loopback interface.
     *
     * @param options of the server, such as {@code --log-bin}
     */
    public static MariaDbServer start(String... options) throws IOException, InterruptedException {
        Path program = Binaries.find("mariadbd", PACKAGE);
        MariaDbServer server = new MariaDbServer(new TemporaryFolder(), program, List.of(options));
        server.startNew();
        return server;
    }

    /** As mariadb-install-db does, which is not used since it needs a program of another package. */
    @Override
    void initialize() throws IOException, InterruptedException {
        Files.createDirectory(data());
        Unprivileged.give(data());
        List<String> script = new ArrayList<>(List.of(
                "create database mysql;",
                "use mysql;",
                "set @auth_root_socket = null;",
                "set @skip_auth_anonymous = 1;"));
        for (String name : SYSTEM_TABLES) {
            script.addAll(Files.readAllLines(SCRIPTS.resolve(name)));
        }
        script.add("flush privileges;");
        script.addAll(SETUP);
        Path input = folder().resolve("bootstrap.sql");
        Files.write(input, script);
        List<String> command = List.of(
                program.toString(),
                "--no-defaults",
                "--innodb-log-file-size=16M",
                "--bootstrap",
                "--datadir=" + data(),
                temporary());
        run("bootstrap", Unprivileged.command(command), ProcessBuilder.Redirect.from(input.toFile()));
    }
}
