package dev.conclave.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.servers.JarProgram;
import dev.conclave.servers.PgBouncer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A deployment of PostgreSQL")
class DeploymentTest {
    private static PostgresBackend backend;

    @BeforeAll
    static void start() throws Exception {
        backend = new PostgresBackend();
        backend.run(
                "create role app login password 's3cret'",
                "revoke create on database postgres from public",
                "create role reader login superuser password 's3cret'",
                "alter role reader set default_transaction_read_only = on",
                "create role poor login password 's3cret' connection limit 0");
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    private static String url(String user, String rest) {
        return backend.url().replace("conclave:", user + ":") + rest;
    }

    private static void works(String url) throws InterruptedException {
        try (Coordinator ada = Conclave.connect(url, "ada")) {
            Grant grant = ada.lock("invoice").tryAcquire().orElseThrow();
            assertThat(grant.verify()).isTrue();
            ada.group("workers").join();
            assertThat(ada.group("workers").view().members()).hasSize(1);
            grant.release();
        }
    }

    @Test
    @DisplayName("where the user may not create a schema is refused with the way out, which works")
    void schemaByAdministrator() throws Exception {
        String url = url("app", "?schema=by%20hand");
        assertThatThrownBy(() -> Conclave.connect(url, "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContainingAll("may not create the schema by hand", PrintSchema.class.getName(), "psql");

        backend.run(JarProgram.output(PrintSchema.class, "by hand", "app"));

        works(url);
    }

    @Test
    @DisplayName("where the user may not use the schema that is there is refused with the grants it needs")
    void noGrants() throws Exception {
        works(url("conclave", "?schema=theirs"));
        assertThatThrownBy(() -> Conclave.connect(url("app", "?schema=theirs"), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("grant usage on schema");
    }

    @Test
    @DisplayName("that many come to at once gets its schema once")
    void creators() throws Exception {
        List<CompletableFuture<Void>> creators = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            creators.add(CompletableFuture.runAsync(() -> {
                try {
                    works(url(
                            "conclave",
                            "?schema=rush&namespace=" + Thread.currentThread().getId()));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (CompletableFuture<Void> creator : creators) {
            creator.get();
        }
    }

    @Test
    @DisplayName("that is read-only is refused, with the primary as the remedy")
    void readOnly() {
        assertThatThrownBy(() -> Conclave.connect(url("reader", ""), "ada"))
                .isInstanceOf(UnsupportedDeploymentException.class)
                .hasMessageContainingAll("read-only", "primary");
    }

    @Test
    @DisplayName("with a pooler of sessions, which keeps a connection for one client, works")
    void sessionPooler() throws Exception {
        try (PgBouncer pooler = PgBouncer.start(backend.server(), "session")) {
            works(PostgresBackend.urlOf(pooler.address()));
            works(PostgresBackend.urlOf(pooler.address()));
        }
    }

    @Test
    @DisplayName("with other mistakes in its URL is refused with one clear error")
    void mistakes() {
        assertThatThrownBy(() -> Conclave.connect(backend.url().replace("/postgres", "/nowhere"), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("no such database");
        assertThatThrownBy(() -> Conclave.connect(url("nobody", ""), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("refuses the user")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Conclave.connect("postgresql://no-such-host.invalid/x", "ada"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("no-such-host.invalid");
        assertThatThrownBy(() -> Conclave.connect(url("poor", ""), "ada"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("no connection left");
        assertThatThrownBy(() -> Conclave.connect(backend.url() + "?tls=perhaps", "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("verify-full");
    }

    @Test
    @DisplayName("without TLS is refused where TLS is required")
    void tls() {
        for (String mode : List.of("require", "verify-full")) {
            assertThatThrownBy(() -> Conclave.connect(backend.url() + "?tls=" + mode, "ada"))
                    .as(mode)
                    .hasMessageContaining("SSL");
        }
    }
}
