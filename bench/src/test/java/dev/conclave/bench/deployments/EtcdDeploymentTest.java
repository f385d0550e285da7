package dev.conclave.bench.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("etcd in the benchmark")
class EtcdDeploymentTest {
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
}
