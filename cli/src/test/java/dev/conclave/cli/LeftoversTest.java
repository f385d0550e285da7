package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("conclave leftovers")
class LeftoversTest {
    private final String store = "ipc:///cli-test-" + UUID.randomUUID();
    private final Cli cli = new Cli();

    @BeforeEach
    void needsALinuxKernel() {
        assumeTrue(Files.exists(Path.of("/proc/sysvipc/shm")), "the kernel lists its shared memory");
    }

    @AfterEach
    void removeStore() {
        cli.run("leftovers", "--remove", store, "--force");
    }

    @Test
    @DisplayName("lists a store that its members have left, and removes it")
    void unused() throws InterruptedException {
        Conclave.connect(store, "ada").close();

        assertThat(cli.run("leftovers").out()).contains(store + "\t134217728 bytes\tunused");
        assertThat(cli.run("leftovers", "--remove", store).exitCode()).isZero();
        assertThat(cli.run("leftovers").out()).noneMatch(line -> line.startsWith(store));
        Cli.Run again = cli.run("leftovers", "--remove", store);
        assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(again.err()).singleElement().asString().contains("no store " + store);
    }

    @Test
    @DisplayName("removes a store that is in use only by force, and its members are told")
    void used() throws InterruptedException {
        try (Coordinator ada = Conclave.connect(store, "ada")) {
            Grant grant = ada.lock("invoice").acquire();
            assertThat(cli.run("--format", "json", "leftovers").out())
                    .contains("{\"url\":\"" + store + "\",\"bytes\":134217728,\"processes\":1}");

            Cli.Run refused = cli.run("leftovers", "--remove", store);
            assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFLICT);
            assertThat(refused.err()).singleElement().asString().contains(store).contains("--force");
            assertThat(grant.verify()).isTrue();

            assertThat(cli.run("leftovers", "--remove", store, "--force").exitCode())
                    .isZero();
            grant.lost().join();
        }
    }

    @Test
    @DisplayName("says what it does not know, and what leaves nothing")
    void mistakes() {
        assertThat(cli.run("leftovers", "--force").exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("leftovers", "--remove", "nowhere:x").err())
                .singleElement()
                .asString()
                .contains("no driver for nowhere:");
        assertThat(cli.run("leftovers", "--remove", "memory:x").err())
                .singleElement()
                .asString()
                .contains("memory: leaves nothing to remove");
    }
}
