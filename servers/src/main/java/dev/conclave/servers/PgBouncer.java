package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A PgBouncer before a PostgreSQL server. Not thread-safe. */
public final class PgBouncer implements AutoCloseable {
    private final TemporaryFolder folder;
    private final int port;
    private final ServerProcess process;

    private PgBouncer(TemporaryFolder folder, int port, ServerProcess process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts one on a free port of the loopback interface.
     *
     * @param poolMode {@code session}, {@code transaction} or {@code statement}
     */
    public static PgBouncer start(PostgresServer server, String poolMode) throws IOException, InterruptedException {
        TemporaryFolder folder = new TemporaryFolder();
        int port = Ports.free();
        Path users = folder.path().resolve("users.txt");
        Files.writeString(users, '"' + PostgresServer.USER + "\" \"" + PostgresServer.PASSWORD + "\"\n");
        Path settings = folder.path().resolve("pgbouncer.ini");
        Files.writeString(settings, """
                [databases]
                * = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = %s
                ignore_startup_parameters = extra_float_digits
                """.formatted(server.address().getPort(), port, users, poolMode));
        for (Path path : List.of(folder.path(), users, settings)) {
            Unprivileged.give(path);
        }
        String program = Binaries.find("pgbouncer", "pgbouncer").toString();
        ServerProcess process = new ServerProcess(
                "PgBouncer on port " + port,
                Unprivileged.command(List.of(program, settings.toString())),
                Map.of(),
                folder.path().resolve("log"),
                ServerProcess.accepts(port));
        PgBouncer bouncer = new PgBouncer(folder, port, process);
        try {
            process.start();
            return bouncer;
        } catch (IOException | InterruptedException | RuntimeException e) {
            bouncer.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() throws IOException {
        process.close();
        folder.close();
    }
}
