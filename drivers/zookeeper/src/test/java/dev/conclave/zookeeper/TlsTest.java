package dev.conclave.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import dev.conclave.servers.Ports;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Target;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Over TLS")
class TlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    @DisplayName("a member shows its certificate and trusts the server's; without them it stays outside")
    void mutual(@TempDir Path folder) throws Exception {
        Path servers = identity(folder, "server");
        Path members = identity(folder, "member");
        int port = Ports.free();
        Map<String, String> settings = Map.of(
                "serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory",
                "secureClientPort", String.valueOf(port),
                "secureClientPortAddress", "127.0.0.1",
                "ssl.keyStore.location", servers.toString(),
                "ssl.keyStore.type", "PEM",
                "ssl.trustStore.location", folder.resolve("member.crt").toString(),
                "ssl.trustStore.type", "PEM",
                "ssl.clientAuth", "need");
        String patient = "zookeeper://127.0.0.1:" + port + "?tls-ca=" + folder.resolve("server.crt");
        String url = patient + "&ttl=4s"; // so that who is refused is told so soon
        String identity =
                "&tls-certificate=" + folder.resolve("member.crt") + "&tls-key=" + folder.resolve("member.key");
        try (ZooKeeperServer server = ZooKeeperServer.start(settings)) {
            try (Coordinator ada = Conclave.connect(patient + identity, "ada");
                    Coordinator bob = Conclave.connect("zookeeper://" + server.authority(), "bob")) {
                Grant grant = ada.lock("invoice").acquire();
                assertThat(bob.lock("invoice").tryAcquire())
                        .as("over the plain port")
                        .isEmpty();
                assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
            }
            assertThatThrownBy(() -> Conclave.connect(url, "eve")).isInstanceOf(BackendUnavailableException.class);
            String otherAuthority = url.replace("server.crt", "member.crt");
            assertThatThrownBy(() -> Conclave.connect(otherAuthority + identity, "eve"))
                    .isInstanceOf(BackendUnavailableException.class);
        }
        assertThat(members).exists();
    }

    @Test
    @DisplayName(
            "the joined certificate and key are written again before the next attempt to connect if something has removed them")
    void removed(@TempDir Path folder) throws Exception {
        String both = Files.readString(identity(folder, "member"));
        Path certificate = folder.resolve("member.crt");
        Deployment deployment = new Deployment(Target.parse(
                "zookeeper://127.0.0.1?tls-ca=" + certificate + "&tls-certificate=" + certificate + "&tls-key="
                        + folder.resolve("member.key"),
                Map.of(),
                new ZooKeeperDriverProvider().options()));
        Path joined = Path.of(deployment.clientConfig().getProperty("zookeeper.ssl.keyStore.location"));
        Files.delete(joined);

        assertThat(deployment.hosts().next(0)).isNotNull();

        assertThat(joined).content().isEqualToNormalizingWhitespace(both);
        assertThat(Files.getPosixFilePermissions(joined))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        deployment.close();
        assertThat(deployment.hosts().next(0)).isNotNull();
        assertThat(joined).as("after the last connection").doesNotExist();
    }

    /** Makes NAME.crt and NAME.key, and returns a file with both. */
    private static Path identity(Path folder, String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        String key = pem("PRIVATE KEY", ((PrivateKey) keys.getKey(name, PASSWORD)).getEncoded());
        String certificate = pem("CERTIFICATE", keys.getCertificate(name).getEncoded());
        Files.writeString(folder.resolve(name + ".key"), key);
        Files.writeString(folder.resolve(name + ".crt"), certificate);
        return Files.writeString(folder.resolve(name + ".pem"), key + certificate);
    }

    private static String pem(String what, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }
}
