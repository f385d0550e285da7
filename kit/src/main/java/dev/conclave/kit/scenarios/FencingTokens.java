package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.FencedRegister;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;

/** Fencing tokens grow, whatever happens (RFencedLock getToken; Redisson #6510). */
public abstract class FencingTokens extends ScenarioGroup {
    private static final int HAND_OVERS = 1_000;

    /** For the kit. */
    protected FencingTokens() {}

    @Scenario("L4")
    @DisplayName("Tokens grow strictly over 1,000 hand-overs, and a register takes every holder's write")
    void handOvers(Stage stage) throws Exception {
        List<Coordinator> members = List.of(stage.member("ada"), stage.member("bob"));
        FencedRegister register = new FencedRegister();
        long last = Long.MIN_VALUE;
        for (int i = 0; i < HAND_OVERS; i++) {
            try (Grant grant = members.get(i % 2).lock("invoice").acquire()) {
                assertThat(grant.fencingToken()).isGreaterThan(last);
                assertThat(register.write(grant.fencingToken())).isTrue();
                last = grant.fencingToken();
            }
        }
        assertThat(register.accepted()).hasSize(HAND_OVERS);
    }

    @Scenario("L4")
    @DisplayName("A lost handle keeps its old token, and the register refuses it")
    void oldToken(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        FencedRegister register = new FencedRegister();
        Grant stale = stage.member("ada").lock("invoice").acquire();
        long token = stale.fencingToken();
        register.write(token);
        administrator.endSession(administrator.holding("invoice").id().session());
        stage.awaitLost(stale);
        register.write(
                stage.member("bob").lock("invoice").acquire(Await.PATIENCE).fencingToken());

        assertThat(stale.fencingToken()).isEqualTo(token);
        assertThat(register.write(stale.fencingToken())).isFalse();
    }

    @Scenario("L4")
    @DisplayName("Tokens of locks and terms of elections grow on when all members have gone and others come later")
    void everybodyGone(Stage stage) throws Exception {
        long token;
        long term;
        try (Coordinator ada = stage.member("ada")) {
            token = ada.lock("invoice").acquire().fencingToken();
            term = ada.election("boss")
                    .run(stage.candidate())
                    .await(Await.PATIENCE)
                    .orElseThrow()
                    .term();
        }
        Coordinator bob = stage.member("bob");

        assertThat(bob.lock("invoice").acquire(Await.PATIENCE).fencingToken()).isGreaterThan(token);
        assertThat(bob.election("boss")
                        .run(stage.candidate())
                        .await(Await.PATIENCE)
                        .orElseThrow()
                        .term())
                .isGreaterThan(term);
    }

    @Scenario(value = "L4", ttl = "2s", ownBackend = true)
    @DisplayName("Tokens grow over a restart of the server")
    void restart(Stage stage) throws Exception {
        growOver(stage, () -> {
            stage.backend().restart();
            return true;
        });
    }

    @Scenario(value = "L4", ttl = "2s", ownBackend = true)
    @DisplayName("Tokens grow over a restart of the server with the loss of all that it stored")
    void restartEmpty(Stage stage) throws Exception {
        growOver(stage, () -> {
            stage.backend().restartEmpty();
            return true;
        });
    }

    @Scenario(value = "L4", ttl = "2s", ownBackend = true)
    @DisplayName("Tokens grow over the deletion of all that the server stores")
    void flush(Stage stage) throws Exception {
        growOver(stage, () -> {
            stage.backend().flush();
            return true;
        });
    }

    private static void growOver(Stage stage, Callable<Boolean> fault) throws Exception {
        Coordinator ada = stage.member("ada");
        long last = Long.MIN_VALUE;
        for (int i = 0; i < 3; i++) {
            Grant before = ada.lock("invoice").acquire(Await.PATIENCE);
            assertThat(before.fencingToken()).isGreaterThan(last);
            fault.call();
            before.release(); // where the fault left it standing
            Grant after = stage.member("bob-" + i).lock("invoice").acquire(Await.PATIENCE);
            assertThat(after.fencingToken()).isGreaterThan(before.fencingToken());
            last = after.fencingToken();
            after.release();
        }
    }
}
