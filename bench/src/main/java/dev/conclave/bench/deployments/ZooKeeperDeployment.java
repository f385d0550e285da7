package dev.conclave.bench.deployments;

import dev.conclave.servers.Ports;
import dev.conclave.servers.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One ZooKeeper server in a JVM of its own, as it is deployed: it syncs to the disk and ticks every two seconds, unlike
 * the server for tests. "Requests" are the packets that it received, pings among them.
 */
final class ZooKeeperDeployment implements Deployment {
    private final ServerProcess server;
    private final int port;

    ZooKeeperDeployment(Path folder) throws Exception {
        port = Ports.free();
        Path configuration = folder.resolve("zoo.cfg");
        Files.writeString(
                configuration,
                String.join(
                        "\n",
                        "dataDir=" + folder.resolve("data"),
                        "clientPort=" + port,
                        "clientPortAddress=127.0.0.1",
                        "tickTime=2000",
                        "maxClientCnxns=0",
                        "admin.enableServer=false",
                        "4lw.commands.whitelist=srvr,mntr",
                        ""));
        server = new ServerProcess(
                "zookeeper",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.apache.zookeeper.server.ZooKeeperServerMain",
                        configuration.toString()),
                Map.of(),
                folder.resolve("zookeeper.log"),
                () -> ask("srvr").contains("Mode:"));
        server.start();
    }

    @Override
    public String url() {
        return "zookeeper://127.0.0.1:" + port;
    }

    @Override
    public String version() throws IOException {
        return ask("srvr").lines().findFirst().orElseThrow().replaceAll(".*version: ([0-9.]+).*", "ZooKeeper $1")
                + ", one server, commits on disk";
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public Map<String, Long> counters() throws IOException {
        String received = ask("srvr")
                .lines()
                .filter(line -> line.startsWith("Received: "))
                .findFirst()
                .orElseThrow(() -> new IOException("srvr says nothing of packets received"));
        return Map.of("requests", Long.parseLong(received.substring("Received: ".length())));
    }

    private String ask(String word) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
