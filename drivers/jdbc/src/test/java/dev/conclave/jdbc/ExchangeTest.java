package dev.conclave.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.KitTime;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Environment;
import dev.conclave.spi.SessionId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What is asked of a database")
class ExchangeTest {
    private static final SessionId ADA = new SessionId("ada", "ada-1");

    private final KitTime time = new KitTime();
    private final Set<SessionId> lost = ConcurrentHashMap.newKeySet();
    private final CountDownLatch go = new CountDownLatch(1);
    private @Nullable Exchange exchange;

    @AfterEach
    void close() {
        go.countDown();
        if (exchange != null) {
            exchange.abort();
        }
        time.close();
    }

    private Exchange exchangeWith(PlayedServer server) {
        Environment environment = new Environment("ada", subject -> {}, time, Duration.ofSeconds(2));
        exchange = new Exchange(server, new Keys("test", server::digits), environment, lost::add);
        return exchange;
    }

    /** Connects, and keeps the exchange's own thread busy until {@link #go}, so that what is asked meanwhile queues up. */
    private void hold(Exchange asked) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Boolean> looking = asked.ask("a long look", false, statements -> {
            held.countDown();
            return await(go);
        });
        assertThat(await(held)).isTrue();
        assertThat(looking).isNotDone();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(Await.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static CompletableFuture<Boolean> openSession(Exchange asked) {
        return asked.ask("opening", false, statements -> asked.link().open(ADA, new byte[] {1}, Duration.ofSeconds(1)));
    }

    private static CompletableFuture<ClaimReply> claim(Exchange asked) {
        return asked.claim(new ClaimRequest(BareDrivers.claimId(ADA, "x", 1), false, false, ""));
    }

    private static CompletableFuture<Boolean> look(Exchange asked) {
        return asked.ask("a look", false, statements -> true);
    }

    @Test
    @DisplayName("fails where sending breaks the connection, and the loss is told, before another one is made")
    void toldBeforeConnecting() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        PlayedServer server = new PlayedServer(attempt -> {
            if (attempt == 1) {
                return PlayedServer.line(new BrokenPipe());
            }
            await(connected);
            return PlayedServer.line(null);
        });
        Exchange asked = exchangeWith(server);
        BareDrivers.get(openSession(asked));
        hold(asked);
        CompletableFuture<ClaimReply> claim = claim(asked);
        CompletableFuture<Boolean> next = look(asked);

        go.countDown();

        try {
            Await.until("the second attempt to connect", () -> server.attempts() == 2);
            assertThat(claim).isCompletedExceptionally();
            assertThat(lost).containsExactly(ADA);
            assertThat(next).isNotDone();
        } finally {
            connected.countDown();
        }
        BareDrivers.get(next);
    }

    @Test
    @DisplayName("fails with an error of the machine's as with any other, and the next goes over another connection")
    void errors() throws Exception {
        PlayedServer server = new PlayedServer(attempt -> PlayedServer.line(null));
        Exchange asked = exchangeWith(server);
        BareDrivers.get(openSession(asked));

        CompletableFuture<Boolean> deep = asked.ask("a deep look", false, statements -> {
            throw new StackOverflowError();
        });

        assertThatThrownBy(() -> BareDrivers.get(deep))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackendUnavailableException.class)
                .hasRootCauseInstanceOf(StackOverflowError.class);
        BareDrivers.get(look(asked));
        assertThat(server.attempts()).isEqualTo(2);
        assertThat(lost).containsExactly(ADA);
    }

    @Test
    @DisplayName("fails with an error of the machine's that came while it connected")
    void errorsWhileConnecting() throws Exception {
        PlayedServer server = new PlayedServer(attempt -> {
            if (attempt == 1) {
                throw new NoClassDefFoundError("played");
            }
            return PlayedServer.line(null);
        });
        Exchange asked = exchangeWith(server);

        assertThatThrownBy(() -> BareDrivers.get(look(asked))).hasCauseInstanceOf(BackendUnavailableException.class);
        BareDrivers.get(look(asked));
    }

    @Test
    @DisplayName("fails and keeps the connection where that is what the answer says")
    void refusals() throws Exception {
        PlayedServer server = new PlayedServer(attempt -> PlayedServer.line(null));
        Exchange asked = exchangeWith(server);

        for (Exception refusal :
                new Exception[] {new BackendUnavailableException("no", null), new SQLException("no", "42501")}) {
            CompletableFuture<Boolean> refused = asked.ask("a look", false, statements -> {
                if (refusal instanceof SQLException sql) {
                    throw sql;
                }
                throw (RuntimeException) refusal;
            });
            assertThatThrownBy(() -> BareDrivers.get(refused)).hasCauseInstanceOf(BackendUnavailableException.class);
        }
        BareDrivers.get(look(asked));
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    @DisplayName("has its turn although there is no end of those who died")
    void clearingAway() throws Exception {
        PlayedServer server = new PlayedServer(attempt -> PlayedServer.line(null, 2));
        Exchange asked = exchangeWith(server);

        BareDrivers.get(asked.ask("a look for the dead", true, statements -> true));
        BareDrivers.get(look(asked));
    }

    @Test
    @DisplayName("behind a good-bye is refused, and nothing connects for it")
    void behindGoodBye() throws Exception {
        PlayedServer server = new PlayedServer(attempt -> PlayedServer.line(null));
        Exchange asked = exchangeWith(server);
        BareDrivers.get(look(asked));
        hold(asked);
        CompletableFuture<Boolean> closing = asked.close();
        CompletableFuture<Boolean> late = look(asked);

        go.countDown();

        BareDrivers.get(closing);
        assertThatThrownBy(() -> BareDrivers.get(late)).hasCauseInstanceOf(BackendUnavailableException.class);
        assertThat(server.attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("by a callback that waits on the thread that told it is answered, whether the connection broke or not")
    void askedByCallback(boolean broken) throws Exception {
        PlayedServer server = new PlayedServer(
                attempt -> PlayedServer.line(attempt == 1 && broken ? new BrokenPipe() : new GrantingPipe()));
        Exchange asked = exchangeWith(server);
        BareDrivers.get(openSession(asked));
        hold(asked);
        CompletableFuture<ClaimReply> claim = claim(asked);
        CompletableFuture<Boolean> answered = claim.handle((reply, failure) -> {
            CompletableFuture<Boolean> look = look(asked);
            asked.lend(look::isDone);
            return look.isDone();
        });

        go.countDown();

        boolean inTime = BareDrivers.get(answered);
        assertThat(inTime).isTrue();
        assertThat(claim.isCompletedExceptionally()).isEqualTo(broken);
    }

    /** Grants all that goes through it, one claim at a time. */
    private static final class GrantingPipe implements Pipe {
        @Override
        public void send(Batch batch) {}

        @Override
        public boolean comes(int millis) {
            return true;
        }

        @Override
        public Batch.Outcome receive() {
            return new Batch.Outcome(List.of(new ClaimReply.Granted(1)), List.of());
        }
    }

    /** Nothing goes through it. */
    private static final class BrokenPipe implements Pipe {
        @Override
        public void send(Batch batch) throws SQLException {
            throw PlayedServer.connectionFailure();
        }

        @Override
        public boolean comes(int millis) {
            return false;
        }

        @Override
        public Batch.Outcome receive() throws SQLException {
            throw PlayedServer.connectionFailure();
        }
    }
}
