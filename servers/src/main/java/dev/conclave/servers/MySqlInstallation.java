package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's programs and an empty data folder to be copied, once for all servers of this JVM, which remove them at its end. To unpack and
 * to initialize take ten seconds of both a processor and the disk, which the servers beside would feel.
 */
final class MySqlInstallation {
    /** Of the empty data folder, and so of all that are copied from it. */
    static final String LOG_SIZE = "--innodb-log-file-size=16M";

    private static final String ARCHIVE = "/mysql-Linux-amd64.tar.gz";

    private static @Nullable MySqlInstallation shared;

    private final Path folder;

    private MySqlInstallation(Path folder) {
        this.folder = folder;
    }

    static synchronized MySqlInstallation get() throws IOException, InterruptedException {
        MySqlInstallation installation = shared;
        if (installation == null) {
            installation = install();
            shared = installation;
        }
        return installation;
    }

    private static MySqlInstallation install() throws IOException, InterruptedException {
        TemporaryFolder folder = new TemporaryFolder();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "mysql-installation-remover"));
        Unprivileged.give(folder.path());
        MySqlInstallation installation = new MySqlInstallation(folder.path());
        installation.unpack();
        installation.initialize();
        return installation;
    }

    private static void remove(TemporaryFolder folder) {
        try {
            folder.close();
        } catch (IOException e) {
            System.err.println(folder.path() + " could not be removed: " + e);
        }
    }

    private void unpack() throws IOException, InterruptedException {
        Path archive = folder.resolve("server.tar.gz");
        try (InputStream packed = MySqlInstallation.class.getResourceAsStream(ARCHIVE)) {
            if (packed == null) {
                throw new IOException(ARCHIVE + " is not on the class path");
            }
            Files.copy(packed, archive);
        }
        Files.createDirectory(base());
        List<String> command = List.of("tar", "-xzf", archive.toString(), "-C", base().toString());
        MySqlFamilyServer.run(folder, "unpacking", command, ProcessBuilder.Redirect.PIPE);
        Files.delete(archive);
    }

    private void initialize() throws IOException, InterruptedException {
        List<String> command = List.of(
                program().toString(),
                "--no-defaults",
                LOG_SIZE,
                "--initialize-insecure",
                "--basedir=" + base(),
                "--datadir=" + data(),
                "--tmpdir=" + folder);
        MySqlFamilyServer.run(folder, "initializing", Unprivileged.command(command), ProcessBuilder.Redirect.PIPE);
        // The server's own name, which each copy makes for itself.
        Files.delete(data().resolve("auto.cnf"));
    }

    Path base() {
        return folder.resolve("server");
    }

    Path program() {
        return base().resolve("bin/mysqld");
    }

    /** To be copied. */
    Path data() {
        return folder.resolve("data");
    }
}
