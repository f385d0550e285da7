package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A MySQL 8 server, which comes as an archive in a jar, for Linux on amd64. Needs Debian's libaio1 and libnuma1. */
public final class MySqlServer extends MySqlFamilyServer {
    private final MySqlInstallation installation;

    private MySqlServer(TemporaryFolder folder, MySqlInstallation installation, List<String> options)
            throws IOException {
        super("MySQL", folder, program(folder.path(), installation), options);
        this.installation = installation;
    }

    private static List<String> program(Path folder, MySqlInstallation installation) {
        return List.of(
                installation.program().toString(),
                "--no-defaults",
                MySqlInstallation.LOG_SIZE,
                "--basedir=" + installation.base(),
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
     * Makes a data folder and starts a server on it, on a free port of the loopback interface.
     *
     * @param options of the server
     */
    public static MySqlServer start(String... options) throws IOException, InterruptedException {
        MySqlInstallation installation = MySqlInstallation.get();
        MySqlServer server = new MySqlServer(new TemporaryFolder(), installation, List.of(options));
        server.startNew();
        return server;
    }

    /** The folder of the PEM files that came with its data: {@code ca}, {@code client-cert}, {@code client-key}. */
    public Path certificates() {
        return data();
    }

    @Override
    void initialize() throws IOException, InterruptedException {
        Files.write(folder().resolve("setup.sql"), SETUP);
        List<String> command = List.of("cp", "-a", installation.data().toString(), data().toString());
        run("copying", command, ProcessBuilder.Redirect.PIPE);
    }
}
