package dev.conclave.bench.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("etcd in the benchmark")
class EtcdDeploymentTest {
    private static final long TTL_SECONDS = 15;
    private static final long PATIENCE_SECONDS = 30;

    @Test
    @DisplayName("syncs to the disk, unlike the server of the tests")
    void syncs() throws Exception {
        try (EtcdDeployment deployment = new EtcdDeployment()) {
            List<String> arguments = List.of(Files.readString(Path.of("/proc/" + deployment.pid() + "/cmdline"))
                    .split("\0"));
            List<String> syncing = arguments.stream()
                    .filter(each -> each.startsWith("--unsafe-no-fsync"))
                    .toList();

            // The last one counts.
            assertThat(syncing).endsWith("--unsafe-no-fsync=false");
            assertThat(deployment.version()).matches("etcd [0-9.]+, one server, commits on disk");
        }
    }

    @Test
    @DisplayName("counts each renewal on a stream that stays open")
    void countsRenewals() throws Exception {
        try (EtcdDeployment deployment = new EtcdDeployment();
                Client client = Client.builder()
                        .endpoints(deployment.url().replace("etcd:", "http:"))
                        .build()) {
            long lease = client.getLeaseClient().grant(TTL_SECONDS).get().getID();
            BlockingQueue<Long> renewed = new LinkedBlockingQueue<>();
            try (CloseableClient renewing = client.getLeaseClient().keepAlive(lease, counting(renewed))) {
                assertThat(renewed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
                long first = deployment.counters().get("requests");

                Await.until(
                        "another renewal to be counted",
                        () -> deployment.counters().get("requests") > first);
            }
        }
    }

    private static StreamObserver<LeaseKeepAliveResponse> counting(BlockingQueue<Long> renewed) {
        return new StreamObserver<>() {
            @Override
            public void onNext(LeaseKeepAliveResponse response) {
                renewed.add(response.getID());
            }

            @Override
            public void onError(Throwable failure) {
                // Then the next renewal is waited for in vain.
            }

            @Override
            public void onCompleted() {
                // Likewise.
            }
        };
    }
}
