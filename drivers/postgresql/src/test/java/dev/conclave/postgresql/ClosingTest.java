package dev.conclave.postgresql;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A PostgreSQL driver that is closed")
class ClosingTest {
    private static final SessionId ADA = new SessionId("ada", "closing-1");
    private static PostgresBackend backend;

    private final BareDrivers drivers = new BareDrivers(new PostgresqlDriverProvider(), Duration.ofSeconds(2));
    private TcpProxy proxy;

    @BeforeAll
    static void start() throws Exception {
        backend = new PostgresBackend();
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    @BeforeEach
    void stand() throws Exception {
        proxy = TcpProxy.to(backend.server().address());
    }

    @AfterEach
    void close() throws Exception {
        drivers.close();
        proxy.close();
        // The next test waits for a listener of its own.
        Await.until(
                "the server to have seen the end",
                () -> is("select count(*) = 0 from pg_locks where locktype = 'advisory'"));
        backend.flush();
    }

    private static void awaitListener() throws Exception {
        Await.until(
                "the listener to listen",
                () -> is("select count(*) > 0 from pg_locks where locktype = 'advisory' and mode = 'ShareLock'"));
    }

    private Driver driver() throws Exception {
        Driver driver = drivers.open(PostgresBackend.urlOf(proxy.address()) + "?ttl=60s");
        get(driver.openSession(ADA, Duration.ofMinutes(1)));
        return driver;
    }

    private static Set<Thread> listeners() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("conclave-postgresql-listener-test"))
                .collect(Collectors.toSet());
    }

    private static boolean is(String query) throws Exception {
        try (var connection = backend.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            return row.next() && row.getBoolean(1);
        }
    }

    @Test
    @DisplayName("while its connection is stuck takes back what is on its way: that does not arrive later")
    void stuck() throws Exception {
        Driver driver = driver();
        awaitListener();
        proxy.drop(Direction.TO_BACKEND);
        long before = proxy.packets();
        CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(claimId(ADA, "x", 1), false, false, ""));
        Await.until("the claim to be on its way", () -> proxy.packets() > before);

        get(driver.close());
        assertThatThrownBy(() -> get(claim)).hasCauseInstanceOf(BackendUnavailableException.class);
        // Before, the proxy could still pass on what it holds.
        Await.until("both connections to be reset", () -> proxy.connections() == 0);
        proxy.heal();

        assertThat(is("select count(*) = 0 from conclave.heads")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("without a connection for its steps ends its listener all the same, whether it knows of that or not")
    void unreachable(boolean known) throws Exception {
        Set<Thread> others = listeners();
        Driver driver = driver();
        awaitListener();
        proxy.refuse();
        backend.run("select pg_terminate_backend(pid, 10000) from pg_locks"
                + " where locktype = 'advisory' and mode = 'ExclusiveLock' and granted");
        if (known) {
            get(driver.renew(ADA, Set.of(), Set.of()));
        }

        get(driver.close());

        Await.until("the listener's thread to end", () -> others.containsAll(listeners()));
    }
}
