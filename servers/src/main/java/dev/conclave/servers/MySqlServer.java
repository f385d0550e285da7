package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A MySQL 8 server, which comes as an archive in a jar, for Linux on amd64. Needs Debian's libaio1 and libnuma1. */
public final class MySqlServer extends MySqlFamilyServer {
    private static final String ARCHIVE = "/mysql-Linux-amd64.tar.gz";

    private MySqlServer(TemporaryFolder folder, List<String> options) throws IOException {
        super("MySQL", folder, program(folder.path()), options);
    }

    private static List<String> program(Path folder) {
        return List.of(
                folder.resolve("server/bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + folder.resolve("server"),
                "--init-file=" + folder.resolve("setup.sql"),
                "--mysqlx=OFF");
    }

    /** Why this machine cannot run it, if it cannot. */
    public static Optional<String> obstacle() {
        boolean fits = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        return fits ? Optional.empty() : Optional.of("the MySQL server in the archive is for Linux on amd64");
    }

    /**
     * Unpacks the server, makes a data folder and starts it, on a free port of the loopback interface.
     *
     * @param options of the server
     */
    public static MySqlServer start(String... options) throws IOException, InterruptedException {
        MySqlServer server = new MySqlServer(new TemporaryFolder(), List.of(options));
        try {
            server.unpack();
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
        server.startNew();
        return server;
    }

    private void unpack() throws IOException, InterruptedException {
        Path archive = folder().resolve("server.tar.gz");
        try (InputStream packed = MySqlServer.class.getResourceAsStream(ARCHIVE)) {
            if (packed == null) {
                throw new IOException(ARCHIVE + " is not on the class path");
            }
            Files.copy(packed, archive);
        }
        Path server = folder().resolve("server");
        Files.createDirectory(server);
        List<String> command = List.of("tar", "-xzf", archive.toString(), "-C", server.toString());
        run("unpacking", command, ProcessBuilder.Redirect.PIPE);
        Files.delete(archive);
        Files.write(folder().resolve("setup.sql"), SETUP);
    }

    /** The folder of the PEM files that it has made for itself: {@code ca}, {@code client-cert}, {@code client-key}. */
    public Path certificates() {
        return data();
    }

    @Override
    void initialize() throws IOException, InterruptedException {
        List<String> command = List.of(
                folder().resolve("server/bin/mysqld").toString(),
                "--no-defaults",
                "--initialize-insecure",
                "--basedir=" + folder().resolve("server"),
                "--datadir=" + data(),
                temporary());
        run("initializing", Unprivileged.command(command), ProcessBuilder.Redirect.PIPE);
    }
}
