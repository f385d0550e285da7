package dev.conclave.bench.deployments;

import dev.conclave.servers.Binaries;
import dev.conclave.servers.Ports;
import dev.conclave.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL with its own defaults, commits on disk among them. "Statements" are the calls that pg_stat_statements
 * counted: what a client sends, also BEGIN and COMMIT, not what runs inside of functions.
 */
final class PostgresDeployment implements Deployment {
    private static final String COUNT = "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements";

    private final ServerProcess server;
    private final int port;
    private final Connection observer;

    PostgresDeployment(Path folder) throws Exception {
        port = Ports.free();
        Path data = folder.resolve("data");
        Files.createDirectory(data);
        if (isRoot()) {
            // The server refuses root.
            run(List.of("chown", "postgres", folder.toString(), data.toString()), folder);
        }
        run(asPostgres("initdb", "-D", data.toString(), "-U", "conclave", "-A", "trust", "-E", "UTF8", "-N"), folder);
        server = new ServerProcess(
                "postgresql",
                asPostgres(
                        "postgres",
                        "-D",
                        data.toString(),
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "max_connections=700",
                        "-c",
                        "shared_preload_libraries=pg_stat_statements"),
                Map.of(),
                folder.resolve("postgresql.log"),
                this::answers);
        server.start();
        observer = connect();
        try (Statement statement = observer.createStatement()) {
            statement.execute("CREATE EXTENSION pg_stat_statements");
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static List<String> asPostgres(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"));
        }
        command.add(Binaries.find(program, "postgresql-15").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void run(List<String> command, Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("setup.log");
        int status = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException(command.get(0) + " ended with " + status + ":\n" + Files.readString(log));
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "conclave", "conclave");
    }

    private boolean answers() throws SQLException {
        connect().close();
        return true;
    }

    @Override
    public String url() {
        return "postgresql://conclave:conclave@127.0.0.1:" + port + "/postgres";
    }

    @Override
    public String version() throws SQLException {
        return "PostgreSQL " + observer.getMetaData().getDatabaseProductVersion() + ", commits on disk";
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public Map<String, Long> counters() throws SQLException {
        try (Statement statement = observer.createStatement();
                ResultSet result = statement.executeQuery(COUNT)) {
            result.next();
            return Map.of("statements", result.getLong(1));
        }
    }

    @Override
    public void close() throws SQLException {
        observer.close();
        server.close();
    }
}
