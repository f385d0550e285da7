package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server with a data folder of its own. It does not run as root: if we do, it runs as the user postgres. Not
 * thread-safe.
 */
public final class PostgresServer implements Server {
    /** A superuser. */
    public static final String USER = "conclave";
    /** Its password. */
    public static final String PASSWORD = "s3cret";

    private static final String PACKAGE = "postgresql-15";
    private static final int INITDB_SECONDS = 120;
    /** Has it leave no shared memory, which stays if it is killed and its data folder deleted. */
    private static final String AT_ONCE = "QUIT";

    private final TemporaryFolder folder;
    private final int port;
    private final ServerProcess process;

    private PostgresServer(TemporaryFolder folder, int port, ServerProcess process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Makes a data folder and starts a server on it, on a free port of the loopback interface. */
    public static PostgresServer start() throws IOException, InterruptedException {
        TemporaryFolder folder = new TemporaryFolder();
        Unprivileged.give(folder.path());
        int port = Ports.free();
        List<String> command = List.of(
                Binaries.find("postgres", PACKAGE).toString(),
                "-D",
                folder.path().resolve("data").toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=600");
        Path isReady = Binaries.find("pg_isready", PACKAGE);
        ServerProcess process = new ServerProcess(
                "PostgreSQL on port " + port,
                Unprivileged.command(command),
                Map.of(),
                folder.path().resolve("log"),
                () -> new ProcessBuilder(isReady.toString(), "-q", "-h", "127.0.0.1", "-p", Integer.toString(port))
                                .start()
                                .waitFor()
                        == 0);
        PostgresServer server = new PostgresServer(folder, port, process);
        try {
            server.initialize();
            process.start();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void initialize() throws IOException, InterruptedException {
        Path password = folder.path().resolve("password");
        Files.writeString(password, PASSWORD);
        Unprivileged.give(password);
        Path log = folder.path().resolve("initdb.log");
        List<String> command = new ArrayList<>(List.of(
                Binaries.find("initdb", PACKAGE).toString(),
                "-D",
                folder.path().resolve("data").toString(),
                "-U",
                USER,
                "--pwfile=" + password,
                "-A",
                "scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync"));
        Process initdb = new ProcessBuilder(Unprivileged.command(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!initdb.waitFor(INITDB_SECONDS, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
            initdb.destroyForcibly();
            throw new IOException("initdb failed: " + Files.readString(log));
        }
    }

    /** Adds a setting, which takes effect at the next start. */
    public void configure(String name, String value) throws IOException {
        Files.writeString(
                folder.path().resolve("data").resolve("postgresql.conf"),
                name + " = '" + value + "'\n",
                StandardOpenOption.APPEND);
    }

    /**
     * Speaks TLS from now on, with this certificate and key, and believes clients' certificates of this authority; restarts the
     * server.
     */
    public void secure(Path certificate, Path key, Path authority) throws IOException, InterruptedException {
        Unprivileged.give(key);
        configure("ssl", "on");
        configure("ssl_cert_file", certificate.toString());
        configure("ssl_key_file", key.toString());
        configure("ssl_ca_file", authority.toString());
        process.restart();
    }

    /** Lets in by this line of pg_hba.conf alone; restarts the server. */
    public void allowOnly(String rule) throws IOException, InterruptedException {
        Files.writeString(folder.path().resolve("data").resolve("pg_hba.conf"), rule + "\n");
        process.restart();
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    @Override
    public void restartEmpty() throws IOException, InterruptedException {
        process.end(AT_ONCE);
        Path data = folder.path().resolve("data");
        Files.move(data, folder.path().resolve("data-" + System.nanoTime()));
        initialize();
        process.start();
    }

    @Override
    public void close() throws IOException {
        try {
            process.end(AT_ONCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.close();
        folder.close();
    }
}
