package dev.conclave.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.Leadership;
import dev.conclave.MisconfiguredException;
import dev.conclave.kit.Await;
import dev.conclave.servers.EtcdServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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
            assertThat(bob.groups()).contains("workers");
            CompletableFuture<Leadership> led = new CompletableFuture<>();
            ada.election("boss").run(led::complete);
            led.get();
            assertThat(bob.locks()).hasSize(1);
            assertThat(bob.lock("invoice").breakGrant(next.get().fencingToken()))
                    .isTrue();
        }
    }

    private static void refused(String url, String... says) {
        assertThatThrownBy(() -> Conclave.connect(url, "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContainingAll(says)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").doesNotContain("s3cret"));
    }

    @Test
    @DisplayName("serves a user who may use the namespace's keys only, and tells others what is missing")
    void users() throws Exception {
        try (EtcdServer server = EtcdServer.start()) {
            String at = "@" + server.authority() + "?namespace=billing";
            refused("etcd://ada:s3cret" + at, "has no users");
            server.secure("r00t", "ada", "pa@ss s3cret", "/billing/");
            everything("etcd://ada:pa%40ss%20s3cret" + at);
            refused("etcd://ada:wrong-s3cret" + at, "refuses the user or the password", server.authority());
            refused("etcd://eve:s3cret" + at, "refuses the user or the password");
            refused("etcd://" + server.authority() + "?namespace=billing", "asks for a user and password");
            refused("etcd://ada:pa%40ss%20s3cret@" + server.authority(), "does not permit", "rights");
        }
    }

    @Test
    @DisplayName("goes on serving when its tokens have expired, also those of watches that it refuses then")
    void expiredTokens() throws Exception {
        try (EtcdServer server = EtcdServer.start("--auth-token-ttl", "1")) {
            server.secure("r00t", "ada", "s3cret", "/conclave/");
            String url = "etcd://ada:s3cret@" + server.authority() + "?ttl=9s";
            try (Coordinator ada = Conclave.connect(url, "ada");
                    Coordinator bob = Conclave.connect(url, "bob")) {
                Grant grant = ada.lock("invoice").acquire();
                for (int i = 0; i < 3; i++) {
                    Await.lasting(Duration.ofMillis(2_500)); // nobody asks anything for longer than a token lives
                    Queue<GroupEvent> events = new ConcurrentLinkedQueue<>();
                    var watch = bob.group("workers" + i);
                    watch.create();
                    watch.watch(events::add);
                    ada.group("workers" + i).join();
                    Await.until(
                            "bob to see ada",
                            () -> events.stream()
                                    .anyMatch(
                                            event -> event.view().member("ada").isPresent()));
                    assertThat(grant.verify()).isTrue();
                }
            }
        }
    }

    @Test
    @DisplayName("speaks TLS to who trusts its authority and shows a certificate, and not to others")
    void encrypted(@TempDir Path folder) throws Exception {
        Path authority = certificate(folder, "ca", "/CN=test authority", List.of());
        Path other = certificate(folder, "other", "/CN=other authority", List.of());
        List<String> issued = List.of(
                "-CA",
                authority.toString(),
                "-CAkey",
                folder.resolve("ca.key").toString(),
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-addext",
                "basicConstraints=critical,CA:FALSE");
        Path certificate = certificate(folder, "server", "/CN=server", issued);
        try (EtcdServer server = EtcdServer.start(
                "--cert-file",
                certificate.toString(),
                "--key-file",
                folder.resolve("server.key").toString(),
                "--trusted-ca-file",
                authority.toString(),
                "--client-cert-auth")) {
            String url = "etcd://" + server.authority() + "?ttl=6s";
            String trusting = url + "&tls-ca=" + authority;
            String shown = "&tls-certificate=" + certificate + "&tls-key=" + folder.resolve("server.key");
            everything(trusting + shown);
            refused(url + "&tls-ca=" + other + shown, "TLS failed");
            refused(url + "&tls=true", "TLS failed");
            refused(url + shown + "&tls-ca=" + folder.resolve("none.pem"), "tls-ca");
            for (String wrong : List.of(trusting, url)) {
                assertThatThrownBy(() -> Conclave.connect(wrong, "ada")).hasMessageContaining(server.authority());
            }
        }
        try (EtcdServer plain = EtcdServer.start()) {
            assertThatThrownBy(() ->
                            Conclave.connect("etcd://" + plain.authority() + "?ttl=4s&tls-ca=" + authority, "ada"))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("speaks no TLS");
        }
    }

    private static Path certificate(Path folder, String name, String subject, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(
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
        } catch (IOException e) {
            return e.toString();
        }
    }
}
