package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

@DisplayName("The server's clock")
class ServerClockTest {
    private static final double TTL = 10;
    private static final long GIVEN = (long) TTL + ServerClock.LATEST;

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }

    /** A memcached's clock: whole seconds, taken over at a tick that comes once a second, unless the process is stopped. */
    private static final class Server {
        private final Random random;
        private final double phase;
        private double lastTick;
        private long expiry;

        Server(Random random) {
            this.random = random;
            this.phase = random.nextDouble();
            this.lastTick = phase;
        }

        /** Has it run up to this time, and then stand still or not. */
        void run(double until) {
            lastTick = Math.max(lastTick, Math.floor(until - phase) + phase);
        }

        long clock() {
            return (long) Math.floor(lastTick);
        }

        long left() {
            return expiry - clock();
        }

        void touch() {
            expiry = clock() + GIVEN;
        }

        double way() {
            return random.nextDouble() * random.nextDouble() * 0.4;
        }
    }

    @RepeatedTest(200)
    @DisplayName("however late: no renewal is counted whose item ends sooner than one time-to-live after it was sent")
    void late(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        Server server = new Server(random);
        double time = 100 + random.nextDouble();
        server.run(time);
        double back = server.way();
        server.touch();
        ServerClock clock = new ServerClock(GIVEN, nanos(time - server.way()), nanos(time + back));
        int counted = 0;
        for (int i = 0; i < 5_000; i++) {
            double sent = time + back + (random.nextBoolean() ? random.nextDouble() * 4 : random.nextDouble() * 0.2);
            double executed = sent + server.way();
            // Mostly it runs; else it was stopped somewhere before this renewal, which meets it before its tick.
            server.run(random.nextInt(4) > 0 ? executed : time + random.nextDouble() * (executed - time));
            long left = server.left();
            server.touch();
            time = executed;
            back = server.way();
            if (random.nextInt(5) > 0 && clock.isRight(left, nanos(sent), nanos(executed + back))) {
                counted++;
                assertThat((double) server.expiry).isGreaterThanOrEqualTo(sent + TTL - 1e-6);
            }
        }
        assertThat(counted).isGreaterThan(1_000);
    }

    @RepeatedTest(50)
    @DisplayName("that ticks in time is never doubted, also after hours in which it went a little slower or faster")
    void inTime(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        Server server = new Server(random);
        double rate = 1 + (random.nextDouble() - 0.5) / 5_000;
        double time = 100;
        server.run(time);
        server.touch();
        ServerClock clock = new ServerClock(GIVEN, nanos(time), nanos(time + server.way()));
        for (int i = 0; i < 10_000; i++) {
            time += TTL / 3;
            server.run(time * rate);
            long left = server.left();
            server.touch();
            assertThat(clock.isRight(left, nanos(time - server.way()), nanos(time + server.way())))
                    .isTrue();
        }
    }

    // A renewal whose answer is lost has touched the item: all later ones were taken for those of a server that stood
    // still.
    @Test
    @DisplayName("is trusted again soon after the answer to one renewal was lost")
    void lostAnswer() throws Exception {
        Duration ttl = Duration.ofSeconds(10);
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server)) {
            SessionId session = ada.session("ada", ttl);
            String item = "conclave:conclave:s:" + session.incarnation();
            Await.lasting(Duration.ofMillis(3_400)); // the time that passes is what is tested
            server.command("ma " + item + " c");
            assertThat(server.command("mg " + item + " T" + GIVEN)).containsExactly("HD");

            long begun = System.nanoTime();
            Await.until("a renewal to count", () -> renews(ada, session));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        }
    }

    private static boolean renews(Bare ada, SessionId session) throws Exception {
        try {
            return Bare.await(ada.driver.renew(session, Set.of(), Set.of())) instanceof Renewal.Renewed;
        } catch (BackendUnavailableException e) {
            return false; // counts later
        }
    }
}
