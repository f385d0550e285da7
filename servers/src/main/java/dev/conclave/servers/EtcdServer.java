package dev.conclave.servers;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One real etcd server as a child process, alone or as a part of an {@link EtcdCluster}. Not thread-safe. */
public final class EtcdServer implements Server {
    private static final String PACKAGE = "etcd-server";
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final TemporaryFolder folder = new TemporaryFolder();
    private final Path data = folder.path().resolve("data");
    private final int port;
    private final int peerPort;
    private final String name;
    private final boolean tls;
    private final ServerProcess process;

    EtcdServer(String name, int port, int peerPort, List<String> more) throws IOException {
        this.port = port;
        this.peerPort = peerPort;
        this.name = name;
        this.tls = more.contains("--cert-file");
        this.process = new ServerProcess(
                "etcd:" + port,
                command(more),
                Map.of(),
                folder.path().resolve("server.log"),
                tls ? ServerProcess.accepts(port) : this::serves);
    }

    private List<String> command(List<String> more) throws IOException {
        String client = (tls ? "https" : "http") + "://127.0.0.1:" + port;
        List<String> command = new ArrayList<>(List.of(
                Binaries.find("etcd", PACKAGE).toString(),
                "--name",
                name,
                "--data-dir",
                data.toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peerUrl(),
                "--initial-advertise-peer-urls",
                peerUrl(),
                // A lease lives for at least one and a half election time-outs: short ones serve the short sessions of
                // tests.
                "--heartbeat-interval",
                "30",
                "--election-timeout",
                "300",
                // A process that is killed loses nothing that the kernel has.
                "--unsafe-no-fsync"));
        command.addAll(more);
        if (!more.contains("--initial-cluster")) {
            command.addAll(List.of("--initial-cluster", member()));
        }
        return command;
    }

    /** Starts a server of its own with these arguments beside ours. */
    public static EtcdServer start(String... arguments) throws IOException, InterruptedException {
        EtcdServer server = new EtcdServer("alone", Ports.free(), Ports.free(), List.of(arguments));
        try {
            server.process.start();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Starts a learner of this server's cluster, which does not vote and serves no writes. */
    public EtcdServer startLearner() throws IOException, InterruptedException {
        int learnersPeerPort = Ports.free();
        String cluster = member() + ",learner=http://127.0.0.1:" + learnersPeerPort;
        EtcdServer learner = new EtcdServer(
                "learner",
                Ports.free(),
                learnersPeerPort,
                List.of("--initial-cluster", cluster, "--initial-cluster-state", "existing"));
        try {
            ask("/v3/cluster/member/add", "{\"peerURLs\":[\"" + learner.peerUrl() + "\"],\"isLearner\":true}");
            learner.process.start();
            return learner;
        } catch (IOException | InterruptedException | RuntimeException e) {
            learner.close();
            throw e;
        }
    }

    String peerUrl() {
        return "http://127.0.0.1:" + peerPort;
    }

    /** As in a cluster's list of members. */
    String member() {
        return name + "=" + peerUrl();
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public ServerProcess process() {
        return process;
    }

    private boolean serves() throws IOException, InterruptedException {
        String status = ask("/v3/maintenance/status", "{}");
        return status.contains("\"leader\"");
    }

    /** Whether it leads its cluster. */
    public boolean isLeader() throws IOException, InterruptedException {
        String status = ask("/v3/maintenance/status", "{}");
        return text(status, "leader").equals(text(status, "member_id"));
    }

    /** Its number in the cluster. */
    public String memberId() throws IOException, InterruptedException {
        return text(ask("/v3/maintenance/status", "{}"), "member_id");
    }

    @Override
    public void restartEmpty() throws IOException, InterruptedException {
        process.kill();
        wipe();
        process.start();
    }

    /** Keeps what is stored now, to be restored later; restarts the server. */
    public void keepSnapshot() throws IOException, InterruptedException {
        process.kill();
        copy(data, snapshot());
        process.start();
    }

    /** Restarts the server with what was stored when the snapshot was kept. */
    public void restoreSnapshot() throws IOException, InterruptedException {
        process.kill();
        wipe();
        copy(snapshot(), data);
        process.start();
    }

    private Path snapshot() {
        return folder.path().resolve("snapshot");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private void wipe() throws IOException {
        if (!Files.exists(data)) {
            return;
        }
        try (var files = Files.walk(data)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Deletes all keys; leases stay. */
    public void deleteAll() throws IOException, InterruptedException {
        ask("/v3/kv/deleterange", "{\"key\":\"AA==\",\"range_end\":\"AA==\"}");
    }

    /** How many keys begin with this, which ends in a slash. */
    public long count(String prefix) throws IOException, InterruptedException {
        String end = prefix.substring(0, prefix.length() - 1) + "0";
        String answer = ask(
                "/v3/kv/range",
                "{\"key\":\"" + base64(prefix) + "\",\"range_end\":\"" + base64(end) + "\",\"count_only\":true}");
        return answer.contains("\"count\"") ? Long.parseLong(text(answer, "count")) : 0;
    }

    /** The keys that begin with this, which ends in a slash. */
    public List<String> keys(String prefix) throws IOException, InterruptedException {
        String end = prefix.substring(0, prefix.length() - 1) + "0";
        String answer = ask(
                "/v3/kv/range",
                "{\"key\":\"" + base64(prefix) + "\",\"range_end\":\"" + base64(end) + "\",\"keys_only\":true}");
        return Pattern.compile("\"key\":\"([^\"]+)\"")
                .matcher(answer)
                .results()
                .map(key -> new String(Base64.getDecoder().decode(key.group(1)), StandardCharsets.UTF_8))
                .toList();
    }

    /** The store's revision. */
    public long revision() throws IOException, InterruptedException {
        return Long.parseLong(text(ask("/v3/kv/range", "{\"key\":\"AQ==\"}"), "revision"));
    }

    /** Forgets the history before the present revision. */
    public void compact() throws IOException, InterruptedException {
        ask("/v3/kv/compaction", "{\"revision\":\"" + revision() + "\",\"physical\":true}");
    }

    /** Ends a lease, as an operator does. */
    public void revoke(long lease) throws IOException, InterruptedException {
        ask("/v3/lease/revoke", "{\"ID\":\"" + lease + "\"}");
    }

    /** Asks clients for a user from now on: root with this password, and one that may use what begins with a prefix. */
    public void secure(String rootPassword, String user, String password, String prefix)
            throws IOException, InterruptedException {
        ask("/v3/auth/user/add", "{\"name\":\"root\",\"password\":\"" + rootPassword + "\"}");
        ask("/v3/auth/role/add", "{\"name\":\"root\"}");
        ask("/v3/auth/user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
        ask("/v3/auth/user/add", "{\"name\":\"" + user + "\",\"password\":\"" + password + "\"}");
        ask("/v3/auth/role/add", "{\"name\":\"members\"}");
        String end = prefix.substring(0, prefix.length() - 1) + "0";
        ask(
                "/v3/auth/role/grant",
                "{\"name\":\"members\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"" + base64(prefix)
                        + "\",\"range_end\":\"" + base64(end) + "\"}}");
        ask("/v3/auth/user/grant", "{\"user\":\"" + user + "\",\"role\":\"members\"}");
        ask("/v3/auth/enable", "{}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Has one request done over its JSON interface; what it answers. */
    public String ask(String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + authority() + path))
                .timeout(Duration.ofSeconds(5))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(path + " at " + authority() + ": " + response.body());
        }
        return response.body();
    }

    private static String text(String json, String field) throws IOException {
        Matcher matcher = Pattern.compile("\"" + field + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IOException("no " + field + " in " + json);
        }
        return matcher.group(1);
    }

    @Override
    public void close() throws IOException {
        process.close();
        folder.close();
    }
}
