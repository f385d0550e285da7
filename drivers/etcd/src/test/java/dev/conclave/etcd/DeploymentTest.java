package dev.conclave.etcd;

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
import dev.conclave.servers.EtcdServer;
import dev.conclave.spi.Target;
import io.etcd.jetcd.api.StatusResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Where it is deployed")
class DeploymentTest {
    private static EtcdServer server;

    @BeforeAll
    static void start() throws Exception {
        server = EtcdServer.start();
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
                "etcd:",
                "etcd:/root",
                "etcd://ada@127.0.0.1",
                "etcd://127.0.0.1/a//b",
                "etcd://127.0.0.1?tls=perhaps",
                "etcd://127.0.0.1?tls=false&tls-ca=/x",
                "etcd://127.0.0.1?tls-certificate=/x",
                "etcd://127.0.0.1?tls-ca=/no/such/file"
            })
    void badUrls(String url) {
        refused(url, MisconfiguredException.class, "");
    }

    @Test
    @DisplayName("a host that cannot be resolved is named")
    void unknownHost() {
        refused(
                "etcd://no-such-host.invalid?ttl=4s",
                BackendUnavailableException.class,
                "no-such-host.invalid:2379",
                "not known");
    }

    @Test
    @DisplayName("a port that refuses is named")
    void refusedPort() {
        refused("etcd://127.0.0.1:1?ttl=4s", BackendUnavailableException.class, "127.0.0.1:1", "cannot be reached");
    }

    @Test
    @DisplayName("servers that accept and never answer are reported in bounded time, also if there are several")
    void silent() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + socket.getLocalPort();
            refused(
                    "etcd://" + address + "?ttl=4s",
                    BackendUnavailableException.class,
                    address,
                    "did not answer within");
            refused(
                    "etcd://" + String.join(",", address, address, address, address) + "?ttl=4s",
                    BackendUnavailableException.class,
                    "did not answer within");
        }
    }

    @ParameterizedTest
    @DisplayName("what listens and is no etcd is told apart")
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
                "-ERR unknown command\r\n",
                "SSH-2.0-x\r\n"
            })
    void stranger(String says) throws Exception {
        try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answer(web, says));
            thread.start();
            refused(
                    "etcd://127.0.0.1:" + web.getLocalPort() + "?ttl=4s",
                    MisconfiguredException.class,
                    "does not answer as etcd does");
        }
    }

    private static void answer(ServerSocket web, String says) {
        while (!web.isClosed()) {
            try (Socket socket = web.accept()) {
                socket.getOutputStream().write(says.getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The client resets the connection, or the test is over.
            }
        }
    }

    @Test
    @DisplayName("one of several addresses that works is enough")
    void oneWorks() throws Exception {
        String hosts = "127.0.0.1:1," + server.authority() + ",no-such-host.invalid:1";
        try (Coordinator ada = Conclave.connect("etcd://" + hosts, "ada");
                Coordinator bob =
                        Conclave.connect("etcd://localhost:" + server.address().getPort(), "bob")) {
            Grant grant = ada.lock("invoice").acquire();
            assertThat(bob.lock("invoice").tryAcquire()).isEmpty();
            assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
        }
    }

    @Test
    @DisplayName("a server alone does not promise to survive the loss of a server")
    void alone() throws Exception {
        Coordinator ada = Conclave.connect("etcd://" + server.authority(), "ada");
        assertThatThrownBy(() -> ada.requiring(Trait.SURVIVES_FAILOVER))
                .isInstanceOf(UnsupportedDeploymentException.class);
    }

    @Test
    @DisplayName("roots and namespaces keep applications apart")
    void apart() throws Exception {
        String url = "etcd://" + server.authority();
        try (Coordinator one = Conclave.connect(url + "/one", "ada");
                Coordinator two = Conclave.connect(url + "/two/", "ada");
                Coordinator three = Conclave.connect(url + "/one?namespace=a%2Fb", "ada");
                Coordinator same = Conclave.connect(url + "/one/", "bob")) {
            List<Grant> grants = List.of(
                    one.lock("apart").acquire(),
                    two.lock("apart").acquire(),
                    three.lock("apart").acquire());
            assertThat(same.lock("apart").tryAcquire()).isEmpty();
            assertThat(server.count("/one/a%2Fb/l/")).isOne();
            assertThat(grants).allMatch(Grant::isValid);
        }
    }

    @Test
    @DisplayName("a server that is too old, or does not vote, is refused with the remedy")
    void tooOld() {
        Target.Host host = new Target.Host("db", 2379);
        assertThat(Deployment.isNewEnough("3.4.0")).isTrue();
        assertThat(Deployment.isNewEnough("3.6.1-rc.0")).isTrue();
        assertThat(Deployment.isNewEnough("4.0.0")).isTrue();
        assertThat(Deployment.isNewEnough("3")).isFalse();
        assertThatThrownBy(() -> Deployment.requireServing(
                        host, StatusResponse.newBuilder().setVersion("3.3.27").build()))
                .isInstanceOf(UnsupportedDeploymentException.class)
                .hasMessageContainingAll("db:2379", "3.3.27", "upgrade it to 3.4");
    }
}
