package dev.conclave.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.ConclaveException;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Leadership;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a driver's own tests ask of deployments that the scenarios do not run on: secured ones, and those that it refuses. */
public final class Deployments {
    /** Longer than a connection may take with the default call time-out. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(10);

    private Deployments() {}

    /** Two members use each primitive once: so none of the backend's steps is forbidden or fails. */
    public static void use(String url) throws Exception {
        try (Coordinator ada = Conclave.connect(url, "ada");
                Coordinator bob = Conclave.connect(url, "bob")) {
            Grant grant = ada.lock("invoice").acquire();
            CompletableFuture<Grant> next = bob.lock("invoice").shared().async().acquire();
            Await.until("bob to wait", () -> ada.lock("invoice").info().waiters() == 1);
            grant.release();
            assertThat(Await.result("bob's grant", next).fencingToken()).isGreaterThan(grant.fencingToken());
            ada.group("workers").join();
            assertThat(bob.group("workers").view().member("ada")).isPresent();
            assertThat(bob.groups()).contains("workers");
            CompletableFuture<Leadership> led = new CompletableFuture<>();
            ada.election("boss").run(led::complete);
            Await.result("ada's leadership", led);
            assertThat(bob.locks()).hasSize(1);
            assertThat(bob.lock("invoice").breakGrant(next.get().fencingToken()))
                    .isTrue();
        }
    }

    /**
     * Connecting fails in bounded time and with one line that says all of that.
     *
     * @param secret what must not be in the message, or empty
     */
    public static void refuse(String url, String secret, Class<? extends ConclaveException> as, String... says) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> Conclave.connect(url, "ada"))
                .as(url)
                .isInstanceOf(as)
                .hasMessageContainingAll(says)
                .message()
                .doesNotContain("\n")
                .satisfies(message -> assertThat(!secret.isEmpty() && message.contains(secret))
                        .as("the secret is told")
                        .isFalse());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(REFUSED_WITHIN);
    }
}
