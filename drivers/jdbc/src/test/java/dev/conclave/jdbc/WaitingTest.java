package dev.conclave.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.memory.VirtualTime;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.spi.Target;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** In virtual time, and with no engine: nobody looks but the driver by itself. */
@DisplayName("A request that waits at a database")
class WaitingTest {
    private static final SessionId ADA = new SessionId("ada", "ada-1");
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration BETWEEN_SWEEPS = Duration.ofMillis(300);
    private static final Duration WHILE_DEAF = Duration.ofMillis(300);

    private final VirtualTime time = new VirtualTime();
    private final LinkedBlockingQueue<Subject> signals = new LinkedBlockingQueue<>();
    private final AtomicInteger claims = new AtomicInteger();
    private final PlayedServer.Ear ear = new PlayedServer.Ear();
    private final PlayedServer server = PlayedServer.answering(this::answer);
    private final Keys keys = new Keys("conclave", server::digits);
    /** What happens at the server just before it answers. */
    private volatile @Nullable Happening before;

    private volatile boolean broken;
    private @Nullable Driver opened;

    @FunctionalInterface
    private interface Happening {
        void happen() throws Exception;
    }

    @BeforeEach
    void listen() {
        server.hearBy(ear);
    }

    @AfterEach
    void close() throws Exception {
        if (opened != null) {
            BareDrivers.get(opened.close());
        }
    }

    private Batch.Outcome answer(Batch batch) throws SQLException {
        if (broken) {
            throw PlayedServer.connectionFailure();
        }
        claims.addAndGet(batch.claims().size());
        Happening happening = before;
        if (happening != null) {
            try {
                happening.happen();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return new Batch.Outcome(
                Collections.nCopies(batch.claims().size(), Batch.claimed(0L)),
                Collections.nCopies(batch.releases().size(), Released.WAITING));
    }

    /** A driver with a session, which listens if it can. */
    private Driver open() throws Exception {
        Environment environment = new Environment("ada", signals::add, time, Duration.ofSeconds(2));
        Driver driver = BareDrivers.get(
                JdbcDriver.open(server, Target.parse("played://host", Map.of(), List.of()), environment));
        opened = driver;
        BareDrivers.get(driver.openSession(ADA, TTL));
        return driver;
    }

    private Driver openHearing() throws Exception {
        Driver driver = open();
        awaitHearing(driver);
        return driver;
    }

    /** Until it has heard something, and is done with what it does as it begins. */
    private void awaitHearing(Driver driver) throws Exception {
        BareDrivers.get(driver.renew(ADA, Set.of(), Set.of()));
        ear.say(keys.address(new Subject.Session(ADA)));
        awaitSignal(new Subject.Session(ADA));
    }

    private void awaitSignal(Subject subject) throws Exception {
        while (true) {
            Subject signal = signals.poll(Await.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(signal)
                    .as("a signal, while waiting for that of " + subject)
                    .isNotNull();
            if (subject.equals(signal)) {
                return;
            }
        }
    }

    private static ClaimId id(int sequence) {
        return BareDrivers.claimId(ADA, "x", sequence);
    }

    private static CompletableFuture<ClaimReply> asking(Driver driver, int sequence) {
        return driver.claim(new ClaimRequest(id(sequence), false, true, ""));
    }

    private static Duration look(ClaimReply reply) {
        return ((ClaimReply.Waiting) reply).lookAgain();
    }

    private static Duration lookOf(Driver driver, int sequence) throws Exception {
        return look(BareDrivers.get(asking(driver, sequence)));
    }

    /** Any step: it is done when all that was asked before is. */
    private static void step(Driver driver) throws Exception {
        assertThat(BareDrivers.get(driver.createGroup("workers"))).isTrue();
    }

    /** How many looks for deaths there are in so many times the pause between two of them. */
    private int sweeps(Driver driver, int pauses) throws Exception {
        step(driver);
        int swept = server.calls("sweep");
        for (int i = 0; i < pauses; i++) {
            time.advance(BETWEEN_SWEEPS);
            step(driver);
        }
        return server.calls("sweep") - swept;
    }

    @ParameterizedTest
    @CsvSource({"1, 2050", "100, 7000", "1000, 10000"})
    @DisplayName("is seldom to be looked at, the later the more wait; one look for deaths goes on for all of them")
    void many(int waiters, long last) throws Exception {
        Driver driver = openHearing();
        List<CompletableFuture<ClaimReply>> replies = new ArrayList<>();
        for (int i = 1; i <= waiters; i++) {
            replies.add(asking(driver, i));
        }
        Duration longest = Duration.ZERO;
        for (CompletableFuture<ClaimReply> reply : replies) {
            Duration look = look(BareDrivers.get(reply));
            assertThat(look).isGreaterThan(Duration.ofSeconds(2));
            longest = look.compareTo(longest) > 0 ? look : longest;
        }
        assertThat(longest).isEqualTo(Duration.ofMillis(last));

        assertThat(sweeps(driver, 10)).isEqualTo(10);
        assertThat(claims).hasValue(waiters);
    }

    @Test
    @DisplayName("is looked at soon from when the listener breaks until it listens again")
    void listenerBreaks() throws Exception {
        Driver driver = openHearing();
        assertThat(lookOf(driver, 1)).isGreaterThan(WHILE_DEAF);

        server.hearBy(null);
        ear.breakOff();
        awaitSignal(new Subject.Request(id(1)));
        assertThat(lookOf(driver, 1)).isEqualTo(WHILE_DEAF);

        server.hearBy(ear);
        Await.until("seldom looks again", () -> lookOf(driver, 1).compareTo(WHILE_DEAF) > 0);
    }

    @Test
    @DisplayName(
            "is looked at soon while nobody has listened yet, later where many wait, and seldom once somebody does")
    void notListeningYet() throws Exception {
        server.hearBy(null);
        Driver driver = open();
        assertThat(lookOf(driver, 1)).isEqualTo(WHILE_DEAF);
        assertThat(lookOf(driver, 2)).isBetween(WHILE_DEAF, Duration.ofSeconds(1));
        for (int i = 3; i < 20; i++) {
            lookOf(driver, i);
        }
        assertThat(lookOf(driver, 20)).isEqualTo(Duration.ofSeconds(1));

        server.hearBy(ear);

        Await.until("seldom looks", () -> lookOf(driver, 1).compareTo(Duration.ofSeconds(2)) > 0);
    }

    @Test
    @DisplayName("is looked at soon if signals were thrown away between the server's answer and ours")
    void signalsThrownAway() throws Exception {
        Driver driver = openHearing();
        before = () -> {
            ear.say(keys.address(id(1)) + "=7");
            ear.say(keys.address(new Subject.Session(ADA)));
            awaitSignal(new Subject.Session(ADA));
        };
        assertThat(lookOf(driver, 1)).isEqualTo(WHILE_DEAF);

        before = null;
        assertThat(lookOf(driver, 1)).isGreaterThan(WHILE_DEAF);
    }

    @Test
    @DisplayName("is granted by what was pushed, without another question")
    void pushed() throws Exception {
        Driver driver = openHearing();
        lookOf(driver, 1);

        ear.say(keys.address(id(1)) + "=7");
        awaitSignal(new Subject.Request(id(1)));

        assertThat(BareDrivers.get(asking(driver, 1))).isEqualTo(new ClaimReply.Granted(7));
        assertThat(claims).hasValue(1);
    }

    /** What ends a wait, in any way. */
    private enum End {
        RELEASED,
        SESSION_ENDED,
        SESSION_ENDED_BEFORE_THE_REPLY,
        CONNECTION_LOST,
        HELD
    }

    @ParameterizedTest
    @EnumSource(End.class)
    @DisplayName("is looked for no more, however its wait ends")
    void ends(End end) throws Exception {
        Driver driver = openHearing();
        CountDownLatch ended = new CountDownLatch(1);
        if (end == End.SESSION_ENDED_BEFORE_THE_REPLY) {
            before = ended::await;
        }
        CompletableFuture<ClaimReply> asked = asking(driver, 1);
        if (end == End.SESSION_ENDED_BEFORE_THE_REPLY) {
            CompletableFuture<Void> ending = driver.endSession(ADA);
            ended.countDown();
            BareDrivers.get(ending);
        }
        BareDrivers.get(asked);
        switch (end) {
            case RELEASED -> BareDrivers.get(driver.release(id(1)));
            case SESSION_ENDED -> BareDrivers.get(driver.endSession(ADA));
            case SESSION_ENDED_BEFORE_THE_REPLY -> {}
            case CONNECTION_LOST -> {
                broken = true;
                assertThat(asking(driver, 2)).failsWithin(Await.PATIENCE);
                awaitSignal(new Subject.Session(ADA));
                broken = false;
                step(driver); // connects again
            }
            case HELD -> BareDrivers.get(driver.renew(ADA, Set.of(id(1)), Set.of()));
        }
        sweeps(driver, 1); // one may have been decided on before

        assertThat(sweeps(driver, 10)).isZero();
    }
}
