package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a MySQL and a MariaDB server share: a data folder of their own, and an administrator. They do not run as root: if we do,
 * they run as the user postgres. Not thread-safe.
 */
public abstract sealed class MySqlFamilyServer implements Server permits MariaDbServer, MySqlServer {
    /** An administrator. */
    public static final String USER = "conclave";
    /** Its password. */
    public static final String PASSWORD = "s3cret";
    /** A database, empty. */
    public static final String DATABASE = "conclave";

    static final List<String> SETUP = List.of(
            "create user if not exists " + USER + "@'%' identified by '" + PASSWORD + "';",
            "grant all on *.* to " + USER + "@'%' with grant option;",
            "create database if not exists " + DATABASE + ";");

    private static final int PATIENCE_SECONDS = 120;

    private final TemporaryFolder folder;
    private final int port;
    private final ServerProcess process;

    MySqlFamilyServer(String name, TemporaryFolder folder, List<String> program, List<String> options)
            throws IOException {
        this.folder = folder;
        this.port = Ports.free();
        List<String> command = new ArrayList<>(program);
        command.add("--datadir=" + data());
        command.add("--port=" + port);
        command.add("--bind-address=127.0.0.1");
        command.add("--socket=" + folder.path().resolve("socket"));
        command.add("--pid-file=" + folder.path().resolve("pid"));
        command.add("--max-connections=600");
        command.add(temporary(folder.path()));
        command.addAll(options);
        this.process = new ServerProcess(
                name + " on port " + port,
                Unprivileged.command(command),
                Map.of(),
                folder.path().resolve("log"),
                ServerProcess.accepts(port));
    }

    /** Makes an empty data folder. */
    abstract void initialize() throws IOException, InterruptedException;

    final Path data() {
        return folder.path().resolve("data");
    }

    /** A server that starts removes what it finds there, also if it is another one's. */
    final String temporary() {
        return temporary(folder.path());
    }

    private static String temporary(Path folder) {
        return "--tmpdir=" + folder;
    }

    final Path folder() {
        return folder.path();
    }

    final void startNew() throws IOException, InterruptedException {
        try {
            Unprivileged.give(folder.path());
            initialize();
            process.start();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Runs a program to its end. */
    final void run(String what, List<String> command, ProcessBuilder.Redirect input)
            throws IOException, InterruptedException {
        run(folder.path(), what, command, input);
    }

    static void run(Path folder, String what, List<String> command, ProcessBuilder.Redirect input)
            throws IOException, InterruptedException {
        Path log = folder.resolve(what + ".log");
        Process running = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(input)
                .start();
        if (!running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || running.exitValue() != 0) {
            running.destroyForcibly();
            throw new IOException(what + " failed: " + Files.readString(log));
        }
    }

    @Override
    public final InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public final ServerProcess process() {
        return process;
    }

    @Override
    public final void restartEmpty() throws IOException, InterruptedException {
        process.kill();
        Files.move(data(), folder.path().resolve("data-" + System.nanoTime()));
        initialize();
        process.start();
    }

    @Override
    public final void close() throws IOException {
        process.close();
        folder.close();
    }
}
