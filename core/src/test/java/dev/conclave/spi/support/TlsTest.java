package dev.conclave.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("TLS from PEM files")
class TlsTest {
    private final Path folder;

    TlsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static Target target(Map<String, String> options) {
        return Target.parse("test://host", options, Tls.OPTIONS);
    }

    private static SSLContext context(Map<String, Path> options) {
        Map<String, String> texts = new java.util.HashMap<>();
        options.forEach((name, file) -> texts.put(name, file.toString()));
        return Tls.context(target(texts));
    }

    /** A self-signed certificate and its key, made by the JDK's own tool. */
    private Path[] identity(String name, String kind) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(List.of(
                        tool.toString(),
                        "-genkeypair",
                        "-alias",
                        "x",
                        "-keyalg",
                        kind,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "password",
                        "-keystore",
                        store.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("keytool.log")))
                .isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(store)) {
            keys.load(stream, "password".toCharArray());
        }
        Path certificate =
                pem(name + ".pem", "CERTIFICATE", keys.getCertificate("x").getEncoded());
        Path key = pem(
                name + ".key",
                "PRIVATE KEY",
                keys.getKey("x", "password".toCharArray()).getEncoded());
        return new Path[] {certificate, key};
    }

    private Path pem(String file, String what, byte[] content) throws Exception {
        String text = Base64.getMimeEncoder().encodeToString(content);
        String all = "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
        return Files.writeString(folder.resolve(file), all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    @DisplayName("shows the certificate that is given and trusts the authority that is given, on both sides")
    void mutual(String kind) throws Exception {
        Path[] server = identity("server", kind);
        Path[] client = identity("client", kind);
        SSLContext atServer = context(Map.of("tls-ca", client[0], "tls-certificate", server[0], "tls-key", server[1]));
        SSLContext atClient = context(Map.of("tls-ca", server[0], "tls-certificate", client[0], "tls-key", client[1]));
        try (SSLServerSocket listening = (SSLServerSocket)
                atServer.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            CompletableFuture<Integer> heard = CompletableFuture.supplyAsync(() -> {
                try (var socket = listening.accept()) {
                    return socket.getInputStream().read();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (SSLSocket socket = (SSLSocket)
                    atClient.getSocketFactory().createSocket(listening.getInetAddress(), listening.getLocalPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(42);
                out.flush();
                assertThat(heard.get()).isEqualTo(42);
            }
        }
    }

    @Test
    @DisplayName("says which option is wrong and why")
    void mistakes() throws Exception {
        Path[] identity = identity("ada", "EC");
        Path text = Files.writeString(folder.resolve("text"), "hello");
        Path old = Files.writeString(
                folder.resolve("old"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Path broken = pem("broken", "PRIVATE KEY", new byte[] {1, 2, 3});
        refused(Map.of("tls-ca", folder.resolve("missing")), "tls-ca", "missing");
        refused(Map.of("tls-ca", text), "tls-ca");
        refused(Map.of("tls-certificate", identity[0]), "tls-key", "together");
        refused(Map.of("tls-key", identity[1]), "tls-certificate", "together");
        refused(Map.of("tls-certificate", identity[0], "tls-key", text), "tls-key", "PKCS #8");
        refused(Map.of("tls-certificate", identity[0], "tls-key", old), "tls-key", "openssl pkcs8");
        refused(Map.of("tls-certificate", identity[0], "tls-key", broken), "tls-key", "none of");
        assertThat(Tls.context(target(Map.of()))).isNotNull();
    }

    private static void refused(Map<String, Path> options, String... says) {
        assertThatThrownBy(() -> context(options))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContainingAll(says);
    }
}
