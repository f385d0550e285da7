package dev.conclave.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.ConclaveException;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.MisconfiguredException;
import dev.conclave.ReleaseResult;
import dev.conclave.Trait;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.kit.Deployments;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.apache.zookeeper.client.HostProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Where it is deployed")
class DeploymentTest {
    private static ZooKeeperServer server;

    @BeforeAll
    static void start() throws Exception {
        server = ZooKeeperServer.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static void refused(String url, Class<? extends ConclaveException> as, String... says) {
        Deployments.refuse(url, "secret", as, says);
    }

    @ParameterizedTest
    @DisplayName("a URL that cannot be meant is refused")
    @ValueSource(
            strings = {
                "zookeeper:",
                "zookeeper:/root",
                "zookeeper://ada@127.0.0.1",
                "zookeeper://127.0.0.1/a//b",
                "zookeeper://127.0.0.1/a/../b",
                "zookeeper://127.0.0.1?tls-certificate=/x",
                "zookeeper://127.0.0.1?tls-ca=/no/such/file"
            })
    void badUrls(String url) {
        refused(url, MisconfiguredException.class, "");
    }

    @Test
    @DisplayName("a host that cannot be resolved is named")
    void unknownHost() {
        refused(
                "zookeeper://no-such-host.invalid?ttl=4s",
                BackendUnavailableException.class,
                "no-such-host.invalid cannot be resolved");
    }

    @Test
    @DisplayName("a port that refuses is named")
    void refusedPort() throws Exception {
        try (Socket bound = new Socket()) { // nobody listens on it, and nobody else is given its port
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            refused(
                    "zookeeper://127.0.0.1:" + bound.getLocalPort() + "?ttl=4s",
                    BackendUnavailableException.class,
                    "127.0.0.1:" + bound.getLocalPort() + " does not accept connections");
        }
    }

    @Test
    @DisplayName("a server that accepts and never answers is reported in bounded time")
    void silent() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            refused(
                    "zookeeper://127.0.0.1:" + socket.getLocalPort() + "?ttl=4s",
                    BackendUnavailableException.class,
                    "did not open a session for member ada within");
        }
    }

    @Test
    @DisplayName("one of several addresses that works is enough")
    void oneWorks() throws Exception {
        try (Coordinator ada =
                Conclave.connect("zookeeper://127.0.0.1:1," + server.authority() + ",no-such-host.invalid:1", "ada")) {
            assertThat(ada.lock("invoice").tryAcquire()).isPresent();
        }
    }

    @Test
    @DisplayName("why an attempt to connect failed is not told any more once another has succeeded")
    void troubleIsOver() throws Exception {
        Deployment deployment = new Deployment(
                Target.parse("zookeeper://no-such-host.invalid", Map.of(), new ZooKeeperDriverProvider().options()));
        HostProvider hosts = deployment.hosts();
        assertThat(hosts.next(0).isUnresolved()).isTrue();
        assertThat(deployment.trouble()).contains("no-such-host.invalid");

        hosts.onConnected();

        assertThat(deployment.trouble()).isEmpty();
    }

    @Test
    @DisplayName("a server alone does not promise to survive the loss of a server")
    void alone() throws Exception {
        Coordinator ada = Conclave.connect("zookeeper://" + server.authority(), "ada");
        assertThatThrownBy(() -> ada.requiring(Trait.SURVIVES_FAILOVER))
                .isInstanceOf(UnsupportedDeploymentException.class);
    }

    @Test
    @DisplayName("a root that only one user may use is refused to others, and what that user stores is his")
    void digest() throws Exception {
        try (Admin admin = new Admin(server.authority())) {
            admin.secure("/owned", "ada", "right-secret");
            String right = "zookeeper://ada:right-secret@" + server.authority() + "/owned/below";
            try (Coordinator ada = Conclave.connect(right, "ada");
                    Coordinator bob = Conclave.connect(right, "bob")) {
                Grant grant = ada.lock("invoice").acquire();
                assertThat(bob.lock("invoice").tryAcquire()).isEmpty();
                assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
            }
            assertThat(admin.client()
                            .getACL("/owned/below/conclave", null)
                            .get(0)
                            .getId()
                            .getScheme())
                    .isEqualTo("digest");
            String address = server.authority() + "/owned/below";
            refused("zookeeper://ada:wrong-secret@" + address, MisconfiguredException.class, "NOAUTH", "password");
            refused("zookeeper://" + address, MisconfiguredException.class, "NOAUTH");
        }
    }
}
