package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Candidacy;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("a candidate")
class RaceTest {
    /** Notes what it is told, as {@code +term} and {@code -term}. */
    private static final class Listener implements LeaderListener {
        final List<String> told = new ArrayList<>();
        final List<LossReason> reasons = new ArrayList<>();
        Consumer<Leadership> onGranted = leadership -> {};
        Runnable onRevoked = () -> {};

        @Override
        public void granted(Leadership leadership) {
            told.add("+" + leadership.term());
            onGranted.accept(leadership);
        }

        @Override
        public void revoked(Leadership leadership, Loss loss) {
            told.add("-" + leadership.term());
            reasons.add(loss.reason());
            onRevoked.run();
        }
    }

    private final Rig rig = new Rig();
    private final Listener listener = new Listener();

    private Candidacy run() {
        return rig.coordinator.election("boss").run(listener);
    }

    private void loseSession() {
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofSeconds(4));
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of()));
    }

    @Test
    @DisplayName("is told of each term and its end, alternately, and goes back into the race")
    void alternates() {
        Candidacy candidacy = run();
        assertThat(candidacy.leadership()).isPresent();
        loseSession();
        loseSession();
        assertThat(listener.told).containsExactly("+1", "-1", "+2", "-2", "+3");
        candidacy.close();
        assertThat(listener.told).endsWith("+3", "-3");
        assertThat(listener.reasons).containsExactly(LossReason.FORGOTTEN, LossReason.FORGOTTEN, LossReason.RELEASED);
        rig.time.advance(Duration.ofMinutes(1));
        assertThat(rig.driver.claim.count()).isEqualTo(3);
    }

    @Test
    @DisplayName("is told in order, and by lost() first, however late the callbacks run")
    void orderOnASlowExecutor() {
        Deque<Runnable> tasks = new ArrayDeque<>();
        Rig slow = new Rig(ScriptedDriver.obliging(Rig.TTL), tasks::addFirst);
        List<Boolean> lostFirst = new ArrayList<>();
        LeaderListener noting = new LeaderListener() {
            @Override
            public void granted(Leadership leadership) {
                listener.granted(leadership);
            }

            @Override
            public void revoked(Leadership leadership, Loss loss) {
                lostFirst.add(leadership.lost().isDone());
                listener.revoked(leadership, loss);
            }
        };
        Candidacy candidacy = slow.coordinator.election("boss").run(noting);
        tasks.remove().run();
        assertThat(candidacy.resign(Duration.ZERO)).isNotNull();
        slow.time.advance(Duration.ofSeconds(1));
        assertThat(slow.driver.claim.count()).isEqualTo(2);
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertThat(listener.told).containsExactly("+1", "-1", "+2");
        assertThat(lostFirst).containsExactly(true);
    }

    @Test
    @DisplayName("is told of neither end of a term that was over before it could be told")
    void termTooShort() {
        Deque<Runnable> tasks = new ArrayDeque<>();
        Rig slow = new Rig(ScriptedDriver.obliging(Rig.TTL), tasks::add);
        Candidacy candidacy = slow.coordinator.election("boss").run(listener);
        assertThat(candidacy.resign(Duration.ofHours(1))).isNotNull();
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertThat(listener.told).isEmpty();
    }

    @Test
    @DisplayName("that resigns stays out for its cool-down")
    void coolDown() {
        Candidacy candidacy = run();
        assertThat(candidacy.resign(Duration.ofSeconds(5))).isCompletedWithValue(ReleaseResult.RELEASED);
        assertThat(candidacy.resign(Duration.ofSeconds(5))).isCompletedWithValue(ReleaseResult.ALREADY_LOST);
        rig.time.advance(Duration.ofMillis(4_999));
        assertThat(listener.told).containsExactly("+1", "-1");
        rig.time.advance(Duration.ofMillis(1));
        assertThat(listener.told).containsExactly("+1", "-1", "+2");
    }

    @Test
    @DisplayName("that resigns as it is told of its term's end stays out for that cool-down")
    void resignsWhenRevoked() {
        Candidacy candidacy = run();
        listener.onRevoked = () ->
                assertThat(candidacy.resign(Duration.ofSeconds(5))).isCompletedWithValue(ReleaseResult.ALREADY_LOST);
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.coordinator.changed(
                new Subject.Session(rig.driver.claim.last().argument.id().session()));
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of()));
        rig.time.advance(Duration.ofMillis(4_999));
        assertThat(listener.told).containsExactly("+1", "-1");
        rig.time.advance(Duration.ofMillis(1));
        assertThat(listener.told).containsExactly("+1", "-1", "+2");
    }

    @Test
    @DisplayName("that resigns while it waits leaves the queue and comes back")
    void resignsInTheQueue() {
        rig.driver.claim.answer(request -> new ClaimReply.Waiting(Duration.ofSeconds(1)));
        Candidacy candidacy = run();
        assertThat(candidacy.resign(Duration.ofSeconds(5))).isCompletedWithValue(ReleaseResult.ALREADY_LOST);
        assertThat(rig.driver.release.count()).isEqualTo(1);
        rig.driver.claim.answer(request -> new ClaimReply.Granted(9));
        rig.time.advance(Duration.ofSeconds(4));
        assertThat(listener.told).isEmpty();
        rig.time.advance(Duration.ofSeconds(1));
        assertThat(listener.told).containsExactly("+9");
    }

    @Test
    @DisplayName("gives the leadership up when its listener throws, and races again")
    void throwingListener() {
        listener.onGranted = leadership -> {
            throw new IllegalStateException("cannot lead today");
        };
        run();
        assertThat(listener.told).containsExactly("+1", "-1");
        listener.onGranted = leadership -> {};
        rig.time.advance(Duration.ofSeconds(4));
        assertThat(listener.told).containsExactly("+1", "-1", "+2");
    }

    @Test
    @DisplayName("keeps its next term when the listener of the last one throws late")
    void throwsLate() {
        listener.onGranted = leadership -> {
            if (leadership.term() == 1) {
                loseSession();
                throw new IllegalStateException("too late");
            }
        };
        Candidacy candidacy = run();
        assertThat(listener.told).containsExactly("+1", "-1", "+2");
        assertThat(candidacy.leadership()).map(Leadership::term).hasValue(2L);
    }

    @ParameterizedTest(name = "its callback number {0}")
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("is told of all its terms, and goes on racing, although the executor has no thread for")
    void executorWithoutThread(int failing) {
        AtomicInteger callbacks = new AtomicInteger();
        Rig other = new Rig(ScriptedDriver.obliging(Rig.TTL), task -> {
            if (callbacks.incrementAndGet() == failing) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        });
        List<String> told = new CopyOnWriteArrayList<>();
        Candidacy candidacy = other.coordinator.election("boss").run(new LeaderListener() {
            @Override
            public void granted(Leadership leadership) {
                told.add("+" + leadership.term());
            }

            @Override
            public void revoked(Leadership leadership, Loss loss) {
                told.add("-" + leadership.term());
            }
        });
        // What was refused runs on a thread of its own.
        Awaitility.await().until(() -> told.contains("+1"));
        candidacy.resign(Duration.ofSeconds(5)).join();
        Awaitility.await().until(() -> told.contains("-1"));
        other.time.advance(Duration.ofSeconds(5));
        Awaitility.await().until(() -> told.contains("+2"));
        assertThat(told).containsExactly("+1", "-1", "+2");
    }

    @Test
    @DisplayName("looks once, without waiting, with no patience, and gets what it waits for")
    void awaits() throws Exception {
        rig.driver.claim.byHand();
        Candidacy candidacy = run();
        assertThat(candidacy.await(Duration.ZERO)).isEmpty();
        assertThat(candidacy.await(Duration.ofDays(-1))).isEmpty();
        rig.driver.claim.last().answer(new ClaimReply.Granted(1));
        assertThat(candidacy.await(Duration.ofSeconds(Long.MAX_VALUE))).isPresent();
    }

    @Test
    @DisplayName("is revoked, without an error and a new race, when the coordinator is closed")
    void closed() {
        Candidacy candidacy = run();
        rig.coordinator.close();
        assertThat(listener.told).containsExactly("+1", "-1");
        assertThat(rig.time.pending()).isZero();
        assertThat(rig.driver.release.count())
                .as("the session's end gives it back")
                .isZero();
        candidacy.close();
        assertThat(candidacy.leadership()).isEmpty();
    }
}
