package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Trait;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Size;
import dev.conclave.kit.Stage;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.line.Step;
import dev.conclave.kit.process.MemberProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;

/** Many who wait for one lock. */
public abstract class Waiters extends ScenarioGroup {
    private static final int FEW = 20;
    private static final int COORDINATORS = 4;
    private static final int HAND_OVERS = 10;
    /** Who looks by the clock does so more often a hand-over while the machine is slow: one of these is to be like few waiters. */
    private static final int MEASUREMENTS = 3;

    // The release, the claim of the one whose turn it is, and room for a lost signal's safety net.
    private static final double STEPS_PER_HAND_OVER = 4;
    // No driver advises those behind in a queue to look more often than each second; the engine makes it up to a
    // quarter less.
    private static final Duration LEAST_LOOKING_AGAIN = Duration.ofMillis(750);

    /** For the kit. */
    protected Waiters() {}

    @Scenario(value = "N9", ttl = "30s", alone = true)
    @DisplayName("With hundreds of waiters a release costs as few backend operations as with twenty")
    void constantCost(Stage stage) throws Exception {
        Cost few = handOvers(stage, "few", FEW);
        int waiters = Size.of(200, 1_000);
        List<Cost> many = new ArrayList<>();
        do {
            many.add(handOvers(stage, "many-" + many.size(), waiters));
        } while (many.size() < MEASUREMENTS && many.stream().noneMatch(cost -> cost.isLike(few, waiters)));

        assertThat(many)
                .as("one of what %s waiters cost is to be like %s with %s", waiters, few, FEW)
                .anyMatch(cost -> cost.isLike(few, waiters));
    }

    /**
     * What a hand-over costs.
     *
     * @param steps of all members
     * @param looks how often each waiter may have looked by itself, for a lost signal, on a machine on which all took that long
     */
    private record Cost(double steps, double looks) {
        private boolean isLike(Cost few, int waiters) {
            return steps < Math.max(STEPS_PER_HAND_OVER, 2 * few.steps) + waiters * looks;
        }
    }

    private static Cost handOvers(Stage stage, String lock, int waiters) throws Exception {
        List<Line> lines = new ArrayList<>();
        List<Coordinator> coordinators = new ArrayList<>();
        for (int i = 0; i < COORDINATORS; i++) {
            lines.add(stage.line());
            coordinators.add(stage.member(lock + "-" + i, lines.get(i)));
        }
        Queue<Grant> granted = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        Grant first = coordinators.get(0).lock(lock).acquire();
        long queued = System.nanoTime();
        for (int i = 0; i < waiters; i++) {
            waiting.add(coordinators
                    .get(i % COORDINATORS)
                    .lock(lock)
                    .async()
                    .acquire()
                    .thenAccept(granted::add));
        }
        Coordinator eve = stage.member("eve");
        Await.until("all to wait", () -> eve.lock(lock).info().waiters() == waiters);
        long before = steps(lines);
        first.release();
        for (int i = 0; i < HAND_OVERS; i++) {
            Await.value("a grant", () -> Optional.ofNullable(granted.poll())).release();
        }
        long steps = steps(lines) - before;
        long looks = (System.nanoTime() - queued) / LEAST_LOOKING_AGAIN.toNanos();
        Await.until("those to have been told", () -> told(waiting) >= HAND_OVERS);
        assertThat(told(waiting)).isLessThanOrEqualTo(HAND_OVERS + 1);
        coordinators.forEach(Coordinator::close);
        return new Cost((double) steps / HAND_OVERS, (double) looks / HAND_OVERS);
    }

    private static long told(List<CompletableFuture<Void>> waiting) {
        return waiting.stream().filter(CompletableFuture::isDone).count();
    }

    /** What hand-overs cost; renewals come whatever happens. */
    private static long steps(List<Line> lines) {
        return lines.stream()
                .mapToLong(line -> line.count() - line.count(Step.RENEW))
                .sum();
    }

    @Scenario(value = "N9", ttl = "5s")
    @DisplayName("However many waiters die in the queue, they delay those behind them by one time-to-live at most")
    void deadWaiters(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Grant held = stage.member("ada").lock("invoice").acquire();
        List<Line> dead = new ArrayList<>();
        List<CompletableFuture<Grant>> waiting = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Line line = stage.line();
            dead.add(line);
            waiting.add(stage.member("dead-" + i, line).lock("invoice").async().acquire());
            int waiters = i + 1;
            Await.until("it to wait", () -> administrator.lock("invoice").waiters() == waiters);
        }
        CompletableFuture<Grant> living =
                stage.member("bob").lock("invoice").async().acquire();
        Await.until("bob to wait", () -> administrator.lock("invoice").waiters() == dead.size() + 1);
        dead.forEach(Line::drop);
        long start = System.nanoTime();
        held.release();

        Await.result("bob's grant", living);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(stage.ttl(1).plus(Stage.SLACK));
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    @Scenario(value = "N9", ttl = "8s")
    @DisplayName("Nor do waiters whose processes are killed")
    void killedWaiters(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        List<MemberProcess> dead = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            dead.add(stage.process("dead-" + i));
        }
        List<CompletableFuture<JsonElement>> waiting = new ArrayList<>();
        Grant held = stage.member("ada").lock("invoice").acquire();
        for (MemberProcess process : dead) {
            waiting.add(process.begin("acquire", "lock", "invoice"));
        }
        Await.until("all to wait", () -> administrator.lock("invoice").waiters() == dead.size());
        CompletableFuture<Grant> living =
                stage.member("bob").lock("invoice").async().acquire();
        Await.until("bob to wait", () -> administrator.lock("invoice").waiters() == dead.size() + 1);
        for (MemberProcess process : dead) {
            process.kill();
        }
        long start = System.nanoTime();
        held.release();

        Await.result("bob's grant", living);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(stage.deathBound());
        assertThat(waiting).noneMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
    }

    @Scenario("N9")
    @DisplayName("Waiters are served first come, first served, where the driver promises that")
    void fair(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Grant held = stage.member("ada").lock("invoice").acquire();
        List<Integer> order = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < FEW; i++) {
            int number = i;
            done.add(stage.member("member-" + i % 5)
                    .lock("invoice")
                    .async()
                    .acquire()
                    .thenAccept(grant -> {
                        order.add(number);
                        grant.release();
                    }));
            Await.until("it to wait", () -> administrator.lock("invoice").waiters() == number + 1);
        }
        held.release();
        for (CompletableFuture<Void> waiting : done) {
            Await.result("a grant", waiting);
        }

        assertThat(order).hasSize(FEW).doesNotHaveDuplicates();
        if (stage.promises(Trait.FAIR)) {
            assertThat(order).isSorted();
        }
    }
}
