package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Waiters of many processes")
class PaceTest {
    private static final ClaimKey KEY = new ClaimKey(ClaimKey.Kind.LOCK, "invoice");

    /** When a request of a coordinator looks next. */
    private record Look(long at, ClaimRequest request, Pace pace) {}

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
        ClaimRequest first = Simulation.request(1);
        ClaimRequest second = Simulation.request(2);
        ClaimLine line = line(first, second);
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

    /** Of one coordinator, and a holder of another one before them. */
    private static ClaimLine line(ClaimRequest... waiters) {
        ClaimLine line = ClaimLine.empty(KEY);
        line.grant(Simulation.request(0), Instant.EPOCH);
        List.of(waiters).forEach(line::enqueue);
        return line;
    }

    // Each newcomer's look was taken for one of the foremost, which may not have looked for long.
    @Test
    @DisplayName("of one coordinator look by themselves when the foremost has not looked for long, whoever else has")
    void newcomers() {
        Duration longest = Duration.ofSeconds(5);
        Pace pace = new Pace(longest);
        ClaimRequest first = Simulation.request(1);
        ClaimRequest second = Simulation.request(2);
        ClaimRequest third = Simulation.request(3);
        ClaimLine line = line(first, second, third);
        pace.seen(first.id(), line, 1, 1_000, told -> {});
        pace.seen(second.id(), line, 2, 1_000, told -> {});
        long later = 1_000 + 2 * longest.toNanos();

        pace.seen(third.id(), line, 3, later - 1, told -> {});

        assertThat(pace.isLookedFor(second.id(), later - 1)).isTrue();
        assertThat(pace.isLookedFor(second.id(), later)).isFalse();
        pace.seen(first.id(), line, 1, later, told -> {});
        assertThat(pace.isLookedFor(second.id(), later)).isTrue();
    }

    // Only the next look by its own timer found out that it was to look for the others.
    @Test
    @DisplayName("of one coordinator are woken if another one's look shows that they are the foremost now, once")
    void becomesForemost() {
        Pace pace = new Pace(Duration.ofSeconds(5));
        ClaimRequest first = Simulation.request(1);
        ClaimRequest second = Simulation.request(2);
        ClaimRequest third = Simulation.request(3);
        for (ClaimRequest each : List.of(first, second, third)) {
            pace.seen(each.id(), line(first, second, third), 1, 1_000, told -> {});
        }
        List<ClaimId> told = new ArrayList<>();

        pace.seen(third.id(), line(second, third), 2, 2_000, told::add);
        pace.seen(third.id(), line(second, third), 2, 3_000, told::add);

        assertThat(told).containsExactly(first.id(), second.id());
        assertThat(pace.isLookedFor(second.id(), 3_000)).isFalse();
        assertThat(pace.isLookedFor(third.id(), 3_000)).isTrue();
        told.clear();
        pace.seen(second.id(), line(third, second), 2, 4_000, told::add);
        assertThat(told).containsExactly(third.id());
        pace.seen(third.id(), line(third, second), 1, 5_000, told::add);
        assertThat(told).containsExactly(third.id());
        assertThat(pace.isLookedFor(second.id(), 5_000)).isTrue();
    }

    // A year times three hundred is more than a long holds: they looked a thousand times a second.
    @Test
    @DisplayName("look as seldom as they may where the last one held for very long")
    void longHolds() {
        Duration longest = Duration.ofSeconds(5);
        ClaimRequest waiter = Simulation.request(1);
        for (long hold : List.of(Duration.ofDays(365).toNanos(), Long.MAX_VALUE)) {
            ClaimLine line = line(waiter);
            line.heldFor(hold);
            for (int ahead : List.of(300, 100_000)) {
                Duration pause = new Pace(longest).seen(waiter.id(), line, ahead, 1_000, told -> {});
                assertThat(pause).as("%s ns, %s ahead", hold, ahead).isEqualTo(longest);
            }
        }
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
