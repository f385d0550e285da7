package dev.conclave.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.kit.Await;
import dev.conclave.servers.JarProgram;
import dev.conclave.servers.MariaDbServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A deployment of MariaDB")
class DeploymentTest {
    private static MysqlBackend backend;

    @BeforeAll
    static void start() throws Exception {
        backend = new MysqlBackend(MariaDbServer.start());
        backend.run(
                "create database byhand",
                "create user app identified by 's3cret'",
                "grant select on byhand.* to app",
                "grant all on conclave.* to app",
                "create user poor identified by 's3cret' with max_user_connections 1",
                "grant all on conclave.* to poor",
                "create user other identified by 's3cret'",
                "grant all on conclave.* to other");
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    private static String url(String user, String database) {
        return backend.urlOf(user, database);
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
    @DisplayName("where the user may not create tables is refused with the way out, which works")
    void schemaByAdministrator() throws Exception {
        assertThatThrownBy(() -> Conclave.connect(url("app", "byhand"), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContainingAll("may not create", PrintSchema.class.getName(), "byhand")
                .hasMessageNotContaining("s3cret");

        backend.run(statements(JarProgram.output(PrintSchema.class, "byhand", "app@%")));

        works(url("app", "byhand"));
    }

    @Test
    @DisplayName("whose schema is of an older version has it brought up to date by who connects next")
    void older() throws Exception {
        String url = url("other", "conclave");
        works(url);
        backend.run("update conclave.conclave_version set number = 1", "drop procedure conclave.conclave_sweep");

        works(url);

        backend.run("call conclave.conclave_sweep(250)");
    }

    /** As the command line client reads them. */
    private static String[] statements(String text) {
        String delimiter = ";";
        StringBuilder statement = new StringBuilder();
        List<String> statements = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("delimiter ")) {
                delimiter = line.substring("delimiter ".length());
            } else if (line.endsWith(delimiter)) {
                statements.add(statement + line.substring(0, line.length() - delimiter.length()));
                statement.setLength(0);
            } else {
                statement.append(line).append('\n');
            }
        }
        assertThat(statement.toString().strip()).isEmpty();
        return statements.toArray(String[]::new);
    }

    @Test
    @DisplayName("where the URL names no database gets one")
    void ownDatabase() throws Exception {
        works(url("conclave", ""));
    }

    @Test
    @DisplayName("that many come to at once gets its tables once")
    void creators() throws Exception {
        backend.run("create database rush");
        List<CompletableFuture<Void>> creators = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String namespace = "?namespace=" + i;
            creators.add(CompletableFuture.runAsync(() -> {
                try {
                    works(url("conclave", "rush") + namespace);
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
    @DisplayName("whose defaults are of the odd kind works all the same")
    void oddDefaults() throws Exception {
        try (MysqlBackend odd = new MysqlBackend(MariaDbServer.start(
                "--autocommit=0",
                "--sql-mode=ANSI,ORACLE,NO_BACKSLASH_ESCAPES",
                "--transaction-isolation=SERIALIZABLE",
                "--default-time-zone=+09:30",
                "--character-set-server=latin1",
                "--lower-case-table-names=1",
                "--default-storage-engine=MyISAM",
                "--log-bin",
                "--max-statement-time=0.05"))) {
            odd.run("set max_statement_time = 0", "create database strange character set ucs2");
            works(odd.urlOf("conclave", "strange"));
        }
    }

    @Test
    @DisplayName("whose members use different users works: a listener that one may not wake looks by itself")
    void users() throws Exception {
        works(backend.url());
        try (Coordinator bob = Conclave.connect(url("app", "conclave"), "bob");
                Coordinator eve = Conclave.connect(url("other", "conclave"), "eve")) {
            for (int i = 0; i < 3; i++) {
                Grant bobs = bob.lock("invoice").acquire();
                CompletableFuture<Grant> waiting = eve.lock("invoice").async().acquire();
                Await.until("eve to wait", () -> bob.lock("invoice").info().waiters() == 1);

                bobs.release();

                Await.result("eve's grant", waiting).release();
            }
        }
    }

    @Test
    @DisplayName("with Galera switched on is refused, unless somebody vouches for a single writer")
    void cluster() throws Exception {
        try (MysqlBackend node = new MysqlBackend(MariaDbServer.start("--wsrep-on=ON"))) {
            assertThatThrownBy(() -> Conclave.connect(node.url(), "ada"))
                    .isInstanceOf(UnsupportedDeploymentException.class)
                    .hasMessageContainingAll("Galera", "single-writer=true");
            works(node.url() + "?single-writer=true");
        }
    }

    @Test
    @DisplayName("with mistakes in its URL is refused with one clear error")
    void mistakes() throws Exception {
        assertThatThrownBy(() -> Conclave.connect(url("conclave", "nowhere"), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("no such database");
        assertThatThrownBy(() -> Conclave.connect(url("nobody", "conclave"), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("refuses the user")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> Conclave.connect("mysql://no-such-host.invalid/x", "ada"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("no-such-host.invalid");
        try (Coordinator first = Conclave.connect(url("poor", "conclave"), "ada")) {
            assertThat(first.lock("invoice").tryAcquire()).isPresent();
            assertThatThrownBy(() -> Conclave.connect(url("poor", "conclave"), "bob"))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("no connection left");
        }
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
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContainingAll("has no TLS", "tls=disable");
        }
    }

    @Test
    @DisplayName("of which the first host is a replica is used by the next one")
    void hosts() throws Exception {
        try (MariaDbServer replica = MariaDbServer.start("--read-only")) {
            String both = "127.0.0.1:" + replica.address().getPort() + ","
                    + backend.server().authority();
            works(backend.url().replace(backend.server().authority(), both));
            assertThatThrownBy(() -> Conclave.connect(MysqlBackend.urlOf(replica.address()), "ada"))
                    .isInstanceOf(UnsupportedDeploymentException.class)
                    .hasMessageContainingAll("read-only", "primary");
        }
    }
}
