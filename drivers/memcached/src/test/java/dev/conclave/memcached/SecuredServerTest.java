package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.MisconfiguredException;
import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A secured server")
class SecuredServerTest {
    private static void everything(String url) throws Exception {
        try (Coordinator ada = Conclave.connect(url, "ada");
                Coordinator bob = Conclave.connect(url, "bob")) {
            Grant grant = ada.lock("invoice").acquire();
            CompletableFuture<Grant> next = bob.lock("invoice").shared().async().acquire();
            Await.until("bob to wait", () -> ada.lock("invoice").info().waiters() == 1);
            grant.release();
            assertThat(next.get().fencingToken()).isGreaterThan(grant.fencingToken());
            ada.group("workers").join();
            assertThat(bob.group("workers").view().member("ada")).isPresent();
            assertThat(bob.locks()).hasSize(1);
        }
    }

    @Test
    @DisplayName("serves who has the password, and refuses others without telling it")
    void password() throws Exception {
        try (MemcachedServer server =
                MemcachedServer.options().user("conclave", "pa@ss").start()) {
            everything("memcached://conclave:pa%40ss@" + server.authority());
            assertThatThrownBy(() -> Conclave.connect("memcached://" + server.authority(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("USER:PASSWORD");
            assertThatThrownBy(() -> Conclave.connect("memcached://conclave:wrong-one@" + server.authority(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("user conclave")
                    .hasMessageNotContaining("wrong-one");
        }
    }

    @Test
    @DisplayName("that asks for no password is not told one: it would store it for all to see")
    void needless() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start()) {
            everything("memcached://conclave:secret@" + server.authority());
            assertThat(server.command("lru_crawler metadump hash"))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("key=conclave%3A"));
        }
    }

    @Test
    @DisplayName("speaks TLS to who trusts its authority, and not to others")
    void encrypted(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Path certificate = certificate(folder, "server", "/CN=server");
        Path other = certificate(folder, "other", "/CN=other");
        try (MemcachedServer server = MemcachedServer.options()
                .tls(certificate, folder.resolve("server.key"))
                .start()) {
            String url = "memcacheds://" + server.authority();
            everything(url + "?tls-ca=" + certificate);
            for (String wrong : List.of(url + "?tls-ca=" + other, url)) {
                assertThatThrownBy(() -> Conclave.connect(wrong, "ada"))
                        .isInstanceOf(MisconfiguredException.class)
                        .hasMessageContaining("TLS");
            }
        }
    }

    /** One that vouches for itself. */
    private static Path certificate(Path folder, String name, String subject) throws Exception {
        Path certificate = folder.resolve(name + ".pem");
        List<String> command = new ArrayList<>(
                List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject));
        command.addAll(List.of("-addext", "subjectAltName=IP:127.0.0.1"));
        command.addAll(List.of("-keyout", folder.resolve(name + ".key").toString(), "-out", certificate.toString()));
        Path log = folder.resolve("openssl.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        return certificate;
    }
}
