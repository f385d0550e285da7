package dev.conclave.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Leadership;
import dev.conclave.MisconfiguredException;
import dev.conclave.kit.Await;
import dev.conclave.servers.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A secured server")
class SecuredServerTest {
    /** The rights that a user needs, as docs/guide/redis.md lists them. */
    private static final String RIGHTS = "~conclave:{billing}:* &conclave:{billing}:*"
            + " -@all +eval +evalsha +time +@hash +@sortedset +exists +del +publish +subscribe +unsubscribe";

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
            assertThat(bob.groups()).contains("workers");
            CompletableFuture<Leadership> led = new CompletableFuture<>();
            ada.election("boss").run(led::complete);
            led.get();
            assertThat(bob.locks()).hasSize(1);
            assertThat(bob.lock("invoice").breakGrant(next.get().fencingToken()))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("serves a user who may do no more than what the guide lists")
    void minimalRights() throws Exception {
        try (RedisServer server = RedisServer.options()
                .password("secret")
                .user("conclave on >pa@ss " + RIGHTS)
                .start()) {
            everything("redis://conclave:pa%40ss@" + server.authority() + "?namespace=billing");
        }
    }

    @Test
    @DisplayName("tells a user who may not read another namespace's keys that rights are missing, and not the password")
    void missingRights() throws Exception {
        try (RedisServer server = RedisServer.options()
                .password("secret")
                .user("conclave on >pass " + RIGHTS)
                .start()) {
            try (Coordinator ada =
                    Conclave.connect("redis://conclave:pass@" + server.authority() + "?namespace=other", "ada")) {
                assertThatThrownBy(() -> ada.lock("invoice").tryAcquire())
                        .isInstanceOf(MisconfiguredException.class)
                        .hasMessageContaining("rights");
            }
            assertThatThrownBy(() -> Conclave.connect("redis://" + server.authority(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("password");
            assertThatThrownBy(() -> Conclave.connect("redis://conclave:wrong-one@" + server.authority(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("user conclave")
                    .hasMessageNotContaining("wrong-one");
        }
    }

    @Test
    @DisplayName("speaks TLS to who trusts its authority, and not to others")
    void encrypted(@TempDir Path folder) throws Exception {
        Path authority = certificate(folder, "ca", "/CN=test authority", List.of());
        Path other = certificate(folder, "other", "/CN=other authority", List.of());
        Path certificate = certificate(
                folder,
                "server",
                "/CN=server",
                List.of(
                        "-CA",
                        authority.toString(),
                        "-CAkey",
                        folder.resolve("ca.key").toString(),
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-addext",
                        "basicConstraints=critical,CA:FALSE"));
        try (RedisServer server = RedisServer.options()
                .tls(authority, certificate, folder.resolve("server.key"))
                .start()) {
            String url = "rediss://" + server.authority();
            everything(url + "?tls-ca=" + authority);
            idle(url + "?ttl=600ms&tls-ca=" + authority);
            for (String wrong : List.of(url + "?tls-ca=" + other, url)) {
                assertThatThrownBy(() -> Conclave.connect(wrong, "ada"))
                        .isInstanceOf(MisconfiguredException.class)
                        .hasMessageContaining("TLS");
            }
            assertThatThrownBy(() -> Conclave.connect(url + "?tls-ca=" + folder.resolve("none.pem"), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("tls-ca");
            String shown = "&tls-certificate=" + certificate + "&tls-key=" + folder.resolve("server.key");
            everything(url + "?tls-ca=" + authority + shown);
        }
    }

    /** Time-outs while nothing comes must not harm the connection. */
    private static void idle(String url) throws Exception {
        try (Coordinator ada = Conclave.connect(url, "ada")) {
            Grant grant = ada.lock("idle").acquire();
            TimeUnit.SECONDS.sleep(2);
            assertThat(grant.isValid()).isTrue();
            assertThat(grant.verify()).isTrue();
        }
    }

    private static Path certificate(Path folder, String name, String subject, List<String> more) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject));
        Path certificate = folder.resolve(name + ".pem");
        command.addAll(List.of("-keyout", folder.resolve(name + ".key").toString(), "-out", certificate.toString()));
        command.addAll(more);
        Path log = folder.resolve("openssl.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> read(log)).isZero();
        return certificate;
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
