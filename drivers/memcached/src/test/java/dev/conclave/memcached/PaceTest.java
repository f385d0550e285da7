package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Waiters of many processes")
class PaceTest {
    private static final ClaimKey KEY = new ClaimKey(ClaimKey.Kind.LOCK, "invoice");

    /** A queue of waiters, each of a coordinator of its own, and a holder, in a time of their own. */
    private static final class Simulation {
        private final Duration firstHold;
        private final Duration hold;
        private final Random random = new Random(7);
        private final ClaimLine line = ClaimLine.empty(KEY);
        private final PriorityQueue<Look> looks = new PriorityQueue<>(Comparator.comparingLong(Look::at));
        private int granted;
        private ClaimRequest holder = request(0);
        private long released;
        private long count;

        private record Look(long at, ClaimRequest request, Pace pace) {}

        /** All queue up within a second, and the first holder lets go after that time. */
        Simulation(int waiters, Duration firstHold, Duration hold) {
            this.firstHold = firstHold;
            this.hold = hold;
            this.released = firstHold.toNanos();
            line.grant(holder, Instant.EPOCH);
            for (int i = 1; i <= waiters; i++) {
                looks.add(new Look(
                        Duration.ofSeconds(1).toNanos() * i / waiters, request(i), new Pace(Duration.ofSeconds(5))));
            }
            while (!looks.isEmpty()) {
                look(looks.remove());
            }
        }

        private static ClaimRequest request(int member) {
            SessionId session = new SessionId("member-" + member, String.format("%026d", member));
            return new ClaimRequest(new ClaimId(KEY, session, 1), false, true, "");
        }

        private void look(Look look) {
            if (look.at >= released && line.removeHolder(holder.id())) {
                line.heldFor(granted == 0 ? firstHold.toNanos() : hold.toNanos());
            }
            count += look.at < firstHold.toNanos() ? 0 : 1;
            if (!line.isWaiting(look.request.id())) {
                line.enqueue(look.request);
            }
            int ahead = line.inTheWayOf(look.request).size();
            if (ahead == 0) {
                line.grant(look.request, Instant.EPOCH);
                holder = look.request;
                granted++;
                released = look.at + hold.toNanos();
                return;
            }
            long pause = look.pace
                    .seen(look.request.id(), line, ahead, look.at, lost -> {})
                    .toNanos();
            looks.add(new Look(look.at + pause + random.nextLong(pause / 4 + 1), look.request, look.pace));
        }

        double looksPerHandOver() {
            return (double) count / granted;
        }
    }

    /** A queue in which each that lets go queues up again, and which stands still for two seconds at its beginning. */
    private static final class Carousel {
        private static final long STANDS = Duration.ofSeconds(2).toNanos();
        private static final long END = Duration.ofSeconds(12).toNanos();
        /** From one command's sending to what follows from its answer. */
        private static final long WAY = 200_000;

        private final long hold;
        private final Random random = new Random(7);
        private final ClaimLine line = ClaimLine.empty(KEY);
        private final PriorityQueue<Look> looks = new PriorityQueue<>(Comparator.comparingLong(Look::at));
        private Look holds = new Look(0, Simulation.request(0), new Pace(Duration.ofSeconds(5)));
        private long released = STANDS;
        private int granted;
        private long count;

        private record Look(long at, ClaimRequest request, Pace pace) {}

        Carousel(int waiters, Duration hold) {
            this.hold = hold.toNanos();
            line.grant(holds.request, Instant.EPOCH);
            for (int i = 1; i <= waiters; i++) {
                looks.add(new Look(
                        Duration.ofSeconds(1).toNanos() * i / waiters,
                        Simulation.request(i),
                        new Pace(Duration.ofSeconds(5))));
            }
            for (Look next = looks.remove(); next.at < END; next = looks.remove()) {
                if (next.at >= released && line.removeHolder(holds.request.id())) {
                    line.heldFor(hold.toNanos());
                    looks.add(new Look(released, again(holds.request), new Pace(Duration.ofSeconds(5))));
                    looks.add(next);
                } else {
                    look(next);
                }
            }
        }

        private static ClaimRequest again(ClaimRequest request) {
            ClaimId id = request.id();
            return new ClaimRequest(new ClaimId(KEY, id.session(), id.sequence() + 1), false, true, "");
        }

        private void look(Look look) {
            count += look.at < STANDS ? 0 : 1;
            if (!line.isWaiting(look.request.id())) {
                line.enqueue(look.request);
            }
            int ahead = line.inTheWayOf(look.request).size();
            if (ahead == 0) {
                line.grant(look.request, Instant.EPOCH);
                holds = look;
                granted++;
                released = look.at + WAY + hold;
                return;
            }
            long pause = look.pace
                    .seen(look.request.id(), line, ahead, look.at, lost -> {})
                    .toNanos();
            looks.add(new Look(look.at + WAY + pause - random.nextLong(pause / 4 + 1), look.request, look.pace));
        }

        double millisPerHandOver() {
            return (END - STANDS) / 1e6 / granted;
        }

        double looksPerHandOver() {
            return (double) count / granted;
        }
    }

    // Who took the pace of the queue for its own slept through its turn, and slowed it down for the others: for good.
    @Test
    @DisplayName("are quick again after the queue stood still, however many they are")
    void quickAgain() {
        for (int waiters : List.of(1, 10, 100)) {
            Carousel carousel = new Carousel(waiters, Duration.ofMillis(5));
            assertThat(carousel.millisPerHandOver()).as("%s waiters", waiters).isLessThan(8);
            assertThat(carousel.looksPerHandOver()).as("%s waiters", waiters).isLessThan(12);
        }
    }

    @Test
    @DisplayName("of one coordinator have one of them look for all, until it has not looked for long or they are woken")
    void together() {
        Duration longest = Duration.ofSeconds(5);
        Pace pace = new Pace(longest);
        ClaimLine line = ClaimLine.empty(KEY);
        line.grant(Simulation.request(0), Instant.EPOCH);
        ClaimRequest first = Simulation.request(1);
        ClaimRequest second = Simulation.request(2);
        line.enqueue(first);
        line.enqueue(second);
        long now = 1_000;
        pace.seen(first.id(), line, 1, now, lost -> {});
        assertThat(pace.seen(second.id(), line, 2, now, lost -> {})).isEqualTo(longest);

        assertThat(pace.isLookedFor(first.id(), now)).isFalse();
        assertThat(pace.isLookedFor(second.id(), now + longest.toNanos())).isTrue();
        assertThat(pace.isLookedFor(second.id(), now + 2 * longest.toNanos())).isFalse();
        pace.wake(second.id());
        assertThat(pace.isLookedFor(second.id(), now)).isFalse();
        pace.seen(second.id(), line, 2, now, lost -> {});
        assertThat(pace.isLookedFor(second.id(), now)).isTrue();
        pace.remove(first.id());
        assertThat(pace.isLookedFor(second.id(), now)).isFalse();
    }

    @Test
    @DisplayName("cost about as many looks a hand-over, however many they are")
    void cost() {
        for (Duration hold : List.of(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(100))) {
            double few = new Simulation(20, Duration.ofSeconds(2), hold).looksPerHandOver();
            double many = new Simulation(200, Duration.ofSeconds(2), hold).looksPerHandOver();
            double most = new Simulation(1_000, Duration.ofSeconds(2), hold).looksPerHandOver();
            assertThat(many).as("with 200; %s with 20", few).isLessThan(2 * few);
            // Nobody looks less often than every five seconds, which counts where so many wait.
            assertThat(most).as("with 1,000; %s with 20", few).isLessThan(3 * few);
        }
    }
}
