package dev.conclave.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.MisconfiguredException;
import dev.conclave.servers.MySqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What MySQL 8 has and MariaDB has not")
class MySql8Test {
    private static MysqlBackend backend;
    private static Path certificates;

    @BeforeAll
    static void start() throws Exception {
        MySqlServer server = MySqlServer.start("--gtid-mode=ON", "--enforce-gtid-consistency=ON");
        backend = new MysqlBackend(server);
        certificates = server.certificates();
        backend.run(
                "create user certified identified by 's3cret' require x509", "grant all on conclave.* to certified");
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    private static void works(String url) throws Exception {
        try (Coordinator ada = Conclave.connect(url, "ada");
                Coordinator bob = Conclave.connect(url, "bob")) {
            Grant adas = ada.lock("invoice").acquire();
            ada.group("workers").join();
            bob.group("workers").join();
            CompletableFuture<Grant> waiting = bob.lock("invoice").async().acquire();
            adas.release();
            assertThat(waiting.get().fencingToken()).isGreaterThan(adas.fencingToken());
            assertThat(bob.group("workers").view().members()).hasSize(2);
        }
    }

    @Test
    @DisplayName("a binary log with global transaction ids")
    void globalTransactionIds() throws Exception {
        works(backend.url());
    }

    @Test
    @DisplayName("passwords that only go through TLS, or through the server's key")
    void passwords() throws Exception {
        for (String mode : new String[] {"require", "disable", "prefer"}) {
            works(backend.url() + "?tls=" + mode);
        }
    }

    @Test
    @DisplayName("a certificate of its own authority, and of no host name")
    void authority() throws Exception {
        Path authority = certificates.resolve("ca.pem");
        works(backend.url() + "?tls=verify-ca&tls-ca=" + authority);
        assertThatThrownBy(() -> Conclave.connect(backend.url() + "?tls-ca=" + authority, "ada"))
                .hasMessageContaining("127.0.0.1");
        assertThatThrownBy(() -> Conclave.connect(
                        backend.url() + "?tls=verify-ca&tls-ca=" + certificates.resolve("client-cert.pem"), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContainingAll("not trusted", "tls-ca");
    }

    @Test
    @DisplayName("users who must show a certificate")
    void clientCertificate(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("key.pem");
        Process converting = new ProcessBuilder(
                        "openssl",
                        "pkcs8",
                        "-topk8",
                        "-nocrypt",
                        "-in",
                        certificates.resolve("client-key.pem").toString(),
                        "-out",
                        key.toString())
                .start();
        assertThat(converting.waitFor()).isZero();
        assertThat(Files.size(key)).isPositive();
        String url = backend.urlOf("certified", "conclave") + "?tls=require";

        works(url + "&tls-certificate=" + certificates.resolve("client-cert.pem") + "&tls-key=" + key);
        assertThatThrownBy(() -> Conclave.connect(url, "ada")).isInstanceOf(MisconfiguredException.class);
    }
}
