package dev.conclave.bench.deployments;

import dev.conclave.servers.EtcdServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One etcd server as it is deployed: it syncs to the disk and has the intervals that are its defaults, unlike the server for tests.
 * "Requests" are the messages that it received by gRPC: one a call, and each that goes on with a stream, such as a renewal.
 */
final class EtcdDeployment implements Deployment {
    /** What comes later on its command line counts. */
    private static final String[] AS_DEPLOYED = {
        "--unsafe-no-fsync=false", "--heartbeat-interval", "100", "--election-timeout", "1000"
    };

    private final EtcdServer server;
    private final HttpClient observer = HttpClient.newHttpClient();

    EtcdDeployment() throws IOException, InterruptedException {
        server = EtcdServer.start(AS_DEPLOYED);
    }

    @Override
    public String url() {
        return "etcd://" + server.authority();
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return get("/version").replaceAll(".*\"etcdserver\":\"([0-9.]+)\".*", "etcd $1, one server, commits on disk");
    }

    @Override
    public long pid() {
        return server.process().pid();
    }

    @Override
    public Map<String, Long> counters() throws IOException, InterruptedException {
        String metrics = get("/metrics");
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("requests", sum(metrics, "grpc_server_msg_received_total{"));
        counters.put(BYTES_SENT, sum(metrics, "etcd_network_client_grpc_sent_bytes_total"));
        return counters;
    }

    private static long sum(String metrics, String beginning) {
        return (long) metrics.lines()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + server.authority() + path))
                .build();
        return observer.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
