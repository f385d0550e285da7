package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One memcached as a child process. Has 256 MB unless it is told otherwise, and speaks neither UDP nor TLS. */
public final class MemcachedServer implements Server {
    private final TemporaryFolder folder;
    private final int port;
    private final ServerProcess process;

    private MemcachedServer(Options options) throws IOException {
        folder = new TemporaryFolder();
        port = Ports.free();
        Unprivileged.give(folder.path());
        List<String> command = new ArrayList<>(List.of(
                Binaries.find("memcached", "memcached").toString(), "-l", "127.0.0.1", "-p", "" + port, "-U", "0"));
        command.addAll(List.of("-m", Integer.toString(options.megabytes)));
        command.addAll(options.more);
        if (!options.passwords.isEmpty()) {
            Path file = folder.path().resolve("passwords");
            Files.writeString(file, options.passwords);
            Unprivileged.give(file);
            command.addAll(List.of("-Y", file.toString()));
        }
        process = new ServerProcess(
                "memcached:" + port,
                Unprivileged.command(command),
                Map.of(),
                folder.path().resolve("server.log"),
                ServerProcess.accepts(port));
    }

    /** How a server is to be. */
    public static final class Options {
        private final List<String> more = new ArrayList<>();
        private String passwords = "";
        private int megabytes = 256;

        private Options() {}

        /** More words of the command line. */
        public Options with(String... words) {
            more.addAll(List.of(words));
            return this;
        }

        /** How much it stores before it evicts. */
        public Options megabytes(int megabytes) {
            this.megabytes = megabytes;
            return this;
        }

        /** Asks clients for a name and password. */
        public Options user(String user, String password) {
            passwords += user + ":" + password + "\n";
            return this;
        }

        /** Speaks TLS only, asks clients for no certificate. */
        public Options tls(Path certificate, Path key) throws IOException {
            Unprivileged.give(certificate);
            Unprivileged.give(key);
            return with("-Z", "-o", "ssl_chain_cert=" + certificate + ",ssl_key=" + key);
        }

        /** Starts it. */
        public MemcachedServer start() throws IOException, InterruptedException {
            MemcachedServer server = new MemcachedServer(this);
            try {
                server.process.start();
                return server;
            } catch (IOException | InterruptedException | RuntimeException e) {
                server.close();
                throw e;
            }
        }
    }

    /** A server as memcached has it by default, with 256 MB, unless more is said. */
    public static Options options() {
        return new Options();
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    /** It stores nothing in a lasting way. */
    @Override
    public void restartEmpty() throws IOException, InterruptedException {
        process.restart();
    }

    /** Has one command done, over a connection of its own; the lines of the answer up to END, if there are several. */
    public List<String> command(String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address(), 5_000);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            List<String> lines = new ArrayList<>();
            for (String line = in.readLine(); line != null && !line.equals("END"); line = in.readLine()) {
                lines.add(line);
                if (!line.startsWith("STAT ") && !line.startsWith("key=") && !command.startsWith("get")) {
                    break;
                }
            }
            return lines;
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
        folder.close();
    }
}
