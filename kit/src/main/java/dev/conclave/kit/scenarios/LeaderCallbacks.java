package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Candidacy;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.TermLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;

/** Callbacks that block, call back, or throw. */
public abstract class LeaderCallbacks extends ScenarioGroup {
    /** For the kit. */
    protected LeaderCallbacks() {}

    @Scenario(value = "E6", ttl = "6s")
    @DisplayName("A callback that blocks for five times the time-to-live stops neither renewal nor other callbacks")
    void blocks(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        TermLog log = stage.candidate();
        CountDownLatch end = new CountDownLatch(1);
        ada.election("boss").run(leadership -> {
            log.granted(leadership);
            awaitQuietly(end);
        });
        log.awaitTerm(1);
        Heard<GroupEvent> heard = stage.hear();
        ada.group("workers").watch(heard);
        try {
            Await.lasting(stage.ttl(4));
            stage.member("bob").group("workers").join();
            heard.await("bob's joining", Follower.shows("bob"));
            Await.lasting(stage.ttl(1));

            assertThat(log.terms().get(0).belief().isOver()).isFalse();
            assertThat(log.terms().get(0).leadership().verify()).isTrue();
            assertThat(log.terms()).hasSize(1);
        } finally {
            end.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Scenario("E6")
    @DisplayName(
            "A callback that calls back into the coordinator does not deadlock, not even when it resigns or closes")
    void callsBack(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        CompletableFuture<Candidacy> candidacy = new CompletableFuture<>();
        CompletableFuture<Void> granted = new CompletableFuture<>();
        CompletableFuture<Void> revoked = new CompletableFuture<>();
        candidacy.complete(ada.election("boss").run(new LeaderListener() {
            @Override
            public void granted(Leadership leadership) {
                complete(granted, () -> {
                    assertThat(ada.election("boss").leader().orElseThrow().term())
                            .isEqualTo(leadership.term());
                    assertThat(leadership.verify()).isTrue();
                    try (Grant grant = ada.lock("invoice").acquire()) {
                        ada.group("workers").join();
                        assertThat(grant.isValid()).isTrue();
                    }
                    assertThat(candidacy.join().resign(Duration.ofHours(1)).join())
                            .isEqualTo(ReleaseResult.RELEASED);
                });
            }

            @Override
            public void revoked(Leadership leadership, Loss loss) {
                complete(revoked, () -> {
                    assertThat(ada.election("boss").leader()).isEmpty();
                    candidacy.join().close();
                    ada.close();
                });
            }
        }));

        Await.result("the callback on winning", granted);
        Await.result("the callback on losing", revoked);
    }

    /** Something that may throw. */
    @FunctionalInterface
    private interface Body {
        void run() throws Exception;
    }

    private static void complete(CompletableFuture<Void> future, Body body) {
        try {
            body.run();
            future.complete(null);
        } catch (Throwable e) {
            future.completeExceptionally(e);
        }
    }

    @Scenario(value = "E6", ttl = "5s")
    @DisplayName("A candidate whose callback throws gives the leadership up, and races again")
    void throwsWhenGranted(Stage stage) throws Exception {
        TermLog log = stage.candidate();
        stage.member("ada").election("boss").run(new LeaderListener() {
            @Override
            public void granted(Leadership leadership) {
                log.granted(leadership);
                if (log.terms().size() < 3) {
                    throw new IllegalStateException("thrown on purpose by the conformance kit");
                }
            }

            @Override
            public void revoked(Leadership leadership, Loss loss) {
                log.revoked(leadership, loss);
                throw new IllegalStateException("thrown on purpose by the conformance kit");
            }
        });

        assertThat(log.awaitTerm(3).isValid()).isTrue();
        assertThat(log.terms().get(0).loss()).isPresent();
        assertThat(log.terms().get(1).loss()).isPresent();
    }

    @Scenario("E6")
    @DisplayName("A listener that throws hears the next event all the same, and so do the others")
    void throwsWhenTold(Stage stage) throws Exception {
        Coordinator bob = stage.member("bob");
        Heard<GroupEvent> heard = stage.hear();
        Heard<GroupEvent> others = stage.hear();
        bob.group("workers").watch(event -> {
            heard.accept(event);
            throw new IllegalStateException("thrown on purpose by the conformance kit");
        });
        bob.group("workers").watch(others);
        stage.member("ada").group("workers").join();

        heard.await("ada", Follower.shows("ada"));
        others.await("ada", Follower.shows("ada"));
        stage.member("eve").group("workers").join();
        heard.await("eve", Follower.shows("eve"));
        others.await("eve", Follower.shows("eve"));
    }
}
