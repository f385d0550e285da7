package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.process.MemberProcess;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/** Faults of the reference, the Python library tooz, that must stay out. */
public abstract class KnownFaults extends ScenarioGroup {
    /** For the kit. */
    protected KnownFaults() {}

    // tooz on ZooKeeper lists a member "leader" in the group, which then cannot be deleted.
    @Scenario("B10")
    @DisplayName("An election adds no member to the group of its name, nor any group; a lock adds none either")
    void noPhantoms(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        assertThat(ada.election("lonely").run(stage.candidate()).await(Await.PATIENCE))
                .isPresent();
        stage.keep(ada.lock("single").acquire());
        assertThat(ada.groups()).isEmpty();

        ada.group("workers").create();
        assertThat(ada.election("workers").run(stage.candidate()).await(Await.PATIENCE))
                .isPresent();
        stage.keep(ada.lock("workers").acquire());

        assertThat(ada.groups()).containsExactly("workers");
        assertThat(ada.group("workers").view().members()).isEmpty();
        ada.group("workers").delete();
        assertThat(ada.election("workers").leader()).isPresent();
        assertThat(ada.lock("workers").info().isFree()).isFalse();
    }

    // tooz on PostgreSQL hashes lock names to 16 bits: two collide within 500 tried. Among 1,000, a collision is
    // certain.
    @Scenario("B10")
    @DisplayName("A thousand locks are held at once, none in the way of another")
    void noSmallHashes(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        for (int i = 0; i < 1_000; i++) {
            Optional<Grant> grant = ada.lock("lock-" + i).tryAcquire();
            assertThat(grant).as("lock-%d", i).isPresent();
            stage.keep(grant.get());
        }
        assertThat(ada.locks().size()).isEqualTo(1_000);
    }

    // tooz on files lists a killed member for seconds and keeps its file for ever, and it can never join again.
    @Scenario("B10")
    @DisplayName("A killed member is not listed for ever, and can join again under its name")
    void noGhosts(Stage stage) throws Exception {
        MemberProcess first = stage.process("ada");
        first.call("join", "group", "workers");
        first.kill();
        Coordinator bob = stage.member("bob");

        Await.until(
                "the dead member to be gone",
                stage.deathBound(),
                () -> bob.group("workers").view().members().isEmpty());

        MemberProcess second = stage.process("ada");
        second.call("join", "group", "workers");
        assertThat(bob.group("workers").view().members()).hasSize(1);
    }
}
