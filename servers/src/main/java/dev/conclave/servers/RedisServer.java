package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One Redis server, or a sentinel, as a child process. Stores nothing and evicts nothing unless it is told to. */
public final class RedisServer implements Server {
    private static final String PACKAGE = "redis-server";

    private final TemporaryFolder folder;
    private final int port;
    private final boolean tls;
    private final List<String> credentials;
    private final ServerProcess process;

    private RedisServer(Options options) throws IOException {
        folder = new TemporaryFolder();
        port = Ports.free();
        tls = options.tls;
        credentials = List.copyOf(options.credentials);
        List<String> lines = new ArrayList<>(List.of(
                "bind 127.0.0.1",
                (tls ? "tls-port " : "port ") + port,
                "dir " + folder.path(),
                "logfile \"\"",
                "daemonize no"));
        if (tls) {
            lines.add("port 0");
        }
        lines.addAll(options.lines);
        Path file = folder.path().resolve("redis.conf");
        Files.write(file, lines);
        Path binary = Binaries.find(
                options.sentinel ? "redis-sentinel" : "redis-server", options.sentinel ? "redis-sentinel" : PACKAGE);
        process = new ServerProcess(
                (options.sentinel ? "redis-sentinel:" : "redis-server:") + port,
                List.of(binary.toString(), file.toString()),
                Map.of(),
                folder.path().resolve("server.log"),
                tls ? ServerProcess.accepts(port) : this::answers);
    }

    /** How a server is to be. */
    public static final class Options {
        private final List<String> lines = new ArrayList<>();
        private final List<String> credentials = new ArrayList<>();
        private boolean tls;
        private boolean sentinel;

        private Options() {}

        /** A line of the configuration file. */
        public Options with(String line) {
            lines.add(line);
            return this;
        }

        /** Syncs each write to the disk before it answers. */
        public Options durable() {
            return with("save \"\"").with("appendonly yes").with("appendfsync always");
        }

        /** Stores nothing. */
        public Options volatileOnly() {
            return with("save \"\"").with("appendonly no");
        }

        /** Asks the default user for a password. */
        public Options password(String password) {
            credentials.add(password);
            return with("requirepass " + password);
        }

        /** A further user, with rules as in an ACL file. */
        public Options user(String rules) {
            return with("user " + rules);
        }

        /** Evicts by a policy when that much memory is used. */
        public Options evicting(String maxmemory, String policy) {
            return with("maxmemory " + maxmemory).with("maxmemory-policy " + policy);
        }

        /** Speaks TLS only, asks clients for no certificate. */
        public Options tls(Path authority, Path certificate, Path key) {
            tls = true;
            return with("tls-ca-cert-file " + authority)
                    .with("tls-cert-file " + certificate)
                    .with("tls-key-file " + key)
                    .with("tls-auth-clients optional");
        }

        /** Is a node of a cluster; its nodes talk on a port of their own, which by default could be anybody's. */
        public Options clustered(int busPort) {
            return with("cluster-enabled yes").with("cluster-port " + busPort);
        }

        /** Is a sentinel. */
        public Options sentinel() {
            sentinel = true;
            return this;
        }

        /** Starts it. */
        public RedisServer start() throws IOException, InterruptedException {
            RedisServer server = new RedisServer(this);
            try {
                server.process.start();
                return server;
            } catch (IOException | InterruptedException | RuntimeException e) {
                server.close();
                throw e;
            }
        }
    }

    /** A server that stores nothing, unless more is said. */
    public static Options options() {
        return new Options();
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    private boolean answers() throws IOException {
        return command("PING").equals("PONG");
    }

    @Override
    public void restartEmpty() throws IOException, InterruptedException {
        process.kill();
        try (Stream<Path> files = Files.list(folder.path())) {
            for (Path each : files.filter(file -> !file.endsWith("redis.conf") && !file.endsWith("server.log"))
                    .toList()) {
                delete(each);
            }
        }
        process.start();
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.list(path)) {
                for (Path each : files.toList()) {
                    delete(each);
                }
            }
        }
        Files.delete(path);
    }

    /** Has one command without blanks in its words done, over a connection of its own; the words of the answer, by lines. */
    public String command(String... words) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address(), 5_000);
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            if (!credentials.isEmpty()) {
                out.write(("AUTH " + credentials.get(0) + "\r\n").getBytes(StandardCharsets.UTF_8));
                answer(in);
            }
            StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                text.append('$')
                        .append(word.getBytes(StandardCharsets.UTF_8).length)
                        .append("\r\n");
                text.append(word).append("\r\n");
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            return answer(in);
        }
    }

    private static String answer(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("the server closed the connection");
        }
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '-' -> throw new IOException(rest);
            case '$' -> rest.equals("-1") ? "" : bulk(in, Integer.parseInt(rest));
            case '*' -> {
                List<String> parts = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    parts.add(answer(in));
                }
                yield String.join("\n", parts);
            }
            default -> rest;
        };
    }

    private static String bulk(BufferedReader in, int bytes) throws IOException {
        StringBuilder text = new StringBuilder();
        int left = bytes;
        while (left > 0) {
            int next = in.read();
            text.append((char) next);
            left -= Character.isHighSurrogate((char) next)
                    ? 0
                    : Character.isLowSurrogate((char) next)
                            ? 4
                            : String.valueOf((char) next).getBytes(StandardCharsets.UTF_8).length;
        }
        in.readLine();
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        process.close();
        folder.close();
    }
}
