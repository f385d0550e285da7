package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.ElectionEvent;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.Loss;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.UserThread;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;

/** Which threads may do what, and which ones call the application. */
public abstract class ThreadScenarios extends ScenarioGroup {
    /** For the kit. */
    protected ThreadScenarios() {}

    @Scenario("N3")
    @DisplayName(
            "A grant belongs to its handle: acquired on one thread, it is released on another, or in a chain of futures")
    void handles(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Grant acquired = UserThread.doing(() -> ada.lock("invoice").acquire()).result();

        assertThat(UserThread.doing(acquired::release).result()).isEqualTo(ReleaseResult.RELEASED);

        CompletableFuture<ReleaseResult> chain =
                ada.lock("invoice").async().acquire().thenCompose(Grant::releaseAsync);
        assertThat(Await.result("the chain", chain)).isEqualTo(ReleaseResult.RELEASED);
        assertThat(ada.lock("invoice").info().isFree()).isTrue();
    }

    @Scenario("N3")
    @DisplayName("Virtual threads, where the JVM has them, wait for locks and release them")
    void virtualThreads(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Grant held = ada.lock("invoice").acquire();
        CompletableFuture<ReleaseResult> done = new CompletableFuture<>();
        startVirtual(() -> {
            try {
                done.complete(ada.lock("invoice").acquire().release());
            } catch (InterruptedException e) {
                done.completeExceptionally(e);
            }
        });
        Await.until("it to wait", () -> ada.lock("invoice").info().waiters() == 1);
        held.release();

        assertThat(Await.result("the virtual thread", done)).isEqualTo(ReleaseResult.RELEASED);
    }

    /** A virtual thread on Java 21 and newer, else an ordinary one. */
    private static void startVirtual(Runnable task) throws Exception {
        Optional<Method> start = Arrays.stream(Thread.class.getMethods())
                .filter(method -> method.getName().equals("startVirtualThread"))
                .findFirst();
        if (start.isPresent() && Runtime.version().feature() >= 21) {
            start.get().invoke(null, task);
        } else {
            new Thread(task, "kit-user").start();
        }
    }

    @Scenario("N7")
    @DisplayName("Every kind of callback comes on the callback threads, never on an I/O or a renewal thread")
    void callbackThreads(Stage stage) throws Exception {
        // The kit checks the thread of each callback that it hears in any scenario; this one has every kind.
        everyCallback(stage, stage.member("ada"));
    }

    @Scenario("N7")
    @DisplayName("Callbacks come on the executor that the application gave, and on no other")
    void givenExecutor(Stage stage) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "kit-callbacks"));
        try {
            everyCallback(
                    stage,
                    stage.member(
                            "ada",
                            ConnectOptions.builder().callbackExecutor(executor).build()));
            assertThat(stage.callbackThreads()).containsOnly("kit-callbacks");
        } finally {
            executor.shutdown();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // lost() never fails
    private static void everyCallback(Stage stage, Coordinator ada) throws Exception {
        Heard<GroupEvent> group = stage.hear();
        Heard<Set<String>> groups = stage.hear();
        Heard<ElectionEvent> election = stage.hear();
        Heard<GroupEvent.SelfEvicted> evictions = stage.hear();
        Heard<Loss> losses = stage.hear();
        ada.group("workers").watch(group);
        ada.watchGroups(groups);
        ada.election("boss").watch(election);
        ada.group("workers").join().onEvicted(evictions);
        assertThat(ada.election("boss").run(stage.candidate()).await(Await.PATIENCE))
                .isPresent();
        stage.keep(ada.lock("invoice").acquire()).lost().thenAccept(losses);
        group.await("ada", Follower.shows("ada"));
        election.await(ElectionEvent.Elected.class);

        Administrator administrator = stage.administrator();
        administrator.endSession(administrator.holding("invoice").id().session());

        losses.await("the loss", loss -> true);
        evictions.await("the eviction", event -> true);
        group.await(GroupEvent.SelfEvicted.class);
        groups.await("the groups", Set.of("workers")::equals);
    }
}
