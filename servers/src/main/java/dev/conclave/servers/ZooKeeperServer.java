package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One real ZooKeeper server in a JVM of its own, alone or as a part of a {@link ZooKeeperEnsemble}. Not thread-safe. */
public final class ZooKeeperServer implements Server {
    private final TemporaryFolder folder = new TemporaryFolder();
    private final Path data = folder.path().resolve("data");
    private final int port;
    private final int myId;
    private final ServerProcess process;

    private ZooKeeperServer(int port, int myId, Map<String, String> settings, List<String> jvmOptions)
            throws IOException {
        this.port = port;
        this.myId = myId;
        prepareData();
        configure(settings);
        this.process = new ServerProcess(
                "the ZooKeeper server on port " + port,
                command(configuration(), jvmOptions),
                Map.of(),
                folder.path().resolve("log"),
                this::serves);
    }

    /** Starts a server of its own. */
    public static ZooKeeperServer start() throws IOException, InterruptedException {
        return start(Map.of());
    }

    /** Starts a server of its own with these lines of its configuration file beside ours. */
    public static ZooKeeperServer start(Map<String, String> settings) throws IOException, InterruptedException {
        ZooKeeperServer server = new ZooKeeperServer(Ports.free(), 0, settings, List.of());
        try {
            server.process.start();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** A server that is not started yet. */
    static ZooKeeperServer member(int port, int myId, Map<String, String> settings) throws IOException {
        return new ZooKeeperServer(port, myId, settings, List.of());
    }

    private Path configuration() {
        return folder.path().resolve("zoo.cfg");
    }

    private void configure(Map<String, String> settings) throws IOException {
        Map<String, String> all = new TreeMap<>(defaults(port));
        all.putAll(settings);
        Files.write(
                configuration(),
                all.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
    }

    private Map<String, String> defaults(int port) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("dataDir", data.toString());
        settings.put("clientPort", String.valueOf(port));
        settings.put("clientPortAddress", "127.0.0.1");
        // Sessions end to the tick: a short one serves the short sessions of tests.
        settings.put("tickTime", "100");
        settings.put("initLimit", "50");
        settings.put("syncLimit", "20");
        settings.put("minSessionTimeout", "100");
        settings.put("maxSessionTimeout", "86400000");
        settings.put("maxClientCnxns", "0");
        settings.put("admin.enableServer", "false");
        settings.put("4lw.commands.whitelist", "srvr,mntr,cons,wchs");
        return settings;
    }

    private static List<String> command(Path configuration, List<String> jvmOptions) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                // Its log is 64 MB of zeroes otherwise. A process that is killed loses nothing that the kernel has.
                "-Dzookeeper.preAllocSize=1024",
                "-Dzookeeper.forceSync=no",
                "-cp",
                classPath()));
        command.addAll(4, jvmOptions);
        command.add("org.apache.zookeeper.server.quorum.QuorumPeerMain");
        command.add(configuration.toString());
        return command;
    }

    /** Our own class path, on which the server's classes are; Surefire keeps the true one in a property. */
    private static String classPath() {
        Set<String> entries = new LinkedHashSet<>();
        for (String property : List.of("surefire.test.class.path", "java.class.path", "jdk.module.path")) {
            String path = System.getProperty(property, "");
            entries.addAll(Arrays.asList(path.split(File.pathSeparator, -1)));
        }
        entries.remove("");
        return String.join(File.pathSeparator, entries);
    }

    private void prepareData() throws IOException {
        Files.createDirectories(data);
        if (myId > 0) {
            Files.writeString(data.resolve("myid"), String.valueOf(myId));
        }
    }

    /** Whether it serves clients: it is alone, or in a quorum. */
    private boolean serves() throws IOException {
        return command("srvr").contains("Mode: ");
    }

    /** Whether it leads its ensemble. */
    public boolean isLeader() throws IOException {
        return command("srvr").contains("Mode: leader");
    }

    /** What it answers to one of its commands of four letters. */
    public String command(String word) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address(), 1_000);
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    /** Kills it and starts it again on its data, with these lines of its configuration file beside ours in place of the former. */
    public void restart(Map<String, String> settings) throws IOException, InterruptedException {
        process.kill();
        configure(settings);
        process.start();
    }

    @Override
    public void restartEmpty() throws IOException, InterruptedException {
        process.kill();
        deleteData();
        prepareData();
        process.start();
    }

    private void deleteData() throws IOException {
        try (var files = Files.walk(data)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        folder.close();
    }
}
