package dev.conclave.zookeeper;

import static dev.conclave.kit.BareDrivers.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A broken connection")
class BreaksTest {
    private static final Duration TTL = Duration.ofSeconds(1);
    private static final Duration GRANTED = Duration.ofSeconds(10);
    // Less than the two thirds of what is granted after which the client gives up a silent server.
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    private static final Subject.Group WORKERS = new Subject.Group("workers");

    private final BareDrivers drivers = new BareDrivers(new ZooKeeperDriverProvider(), CALL_TIMEOUT);
    private final SessionId session = BareDrivers.session("ada", 'a');
    private ZooKeeperServer server;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws Exception {
        server = ZooKeeperServer.start(Map.of("minSessionTimeout", String.valueOf(GRANTED.toMillis())));
        proxy = TcpProxy.to(server.address());
    }

    @AfterEach
    void stop() throws Exception {
        drivers.close();
        proxy.close();
        server.close();
    }

    private Driver driver() throws Exception {
        return drivers.open("zookeeper://127.0.0.1:" + proxy.address().getPort() + "?ttl=1s");
    }

    private Driver watcher() throws Exception {
        Driver driver = driver();
        get(driver.watch(WORKERS));
        drivers.signals().clear();
        return driver;
    }

    private void awaitSignal() throws Exception {
        Await.until("what was watched to be signalled", () -> drivers.signals().contains(WORKERS));
    }

    @Test
    @DisplayName("signals what was watched when a session is given up that does not open")
    void sessionGivenUp() throws Exception {
        Driver driver = watcher();

        proxy.drop(Direction.TO_MEMBER);
        CompletableFuture<Duration> opening = driver.openSession(session, TTL);
        awaitSignal();
        proxy.heal();

        assertThatThrownBy(() -> get(opening)).isInstanceOf(ExecutionException.class);
    }

    @Test
    @DisplayName("signals what was watched when another one is opened to look with")
    void anotherToLookWith() throws Exception {
        Driver driver = watcher();

        proxy.refuse();
        proxy.cut();

        Await.until("what was watched to be signalled", () -> {
            CompletableFuture<Set<String>> look = driver.groups();
            return drivers.signals().contains(WORKERS) && !look.isDone();
        });
    }

    @Test
    @DisplayName("does not keep a step under way when the driver is closed, be it on a connection of its own")
    void closedWhileItEndsAnothersSession() throws Exception {
        Driver other = drivers.open("zookeeper://" + server.authority() + "?ttl=1s");
        get(other.openSession(session, TTL));
        try (BareDrivers patient = new BareDrivers(new ZooKeeperDriverProvider(), Duration.ofMinutes(5))) {
            Driver driver =
                    patient.open("zookeeper://127.0.0.1:" + proxy.address().getPort() + "?ttl=1s");
            proxy.refuse();
            CompletableFuture<Void> ending = driver.endSession(session);
            Await.until("a second client to connect", () -> clients() == 2);

            get(driver.close());

            assertThatThrownBy(() -> get(ending)).isInstanceOf(ExecutionException.class);
            Await.until("no client to go on trying", () -> clients() == 0);
        }
    }

    @Test
    @DisplayName(
            "is not waited for until the session is over, though the one server accepts the next one and says nothing there")
    void silentServer() throws Exception {
        String url = "zookeeper://127.0.0.1:" + proxy.address().getPort() + "?ttl=15s";
        try (Coordinator ada = Conclave.connect(url, "ada")) {
            Grant grant = ada.lock("invoice").acquire();
            proxy.refuse();
            try (Socket silent = acceptedInItsPlace()) {
                proxy.heal();

                Await.until("another connection", () -> proxy.connections() == 1);
                assertThat(Await.answer("the server", grant::verify)).isTrue();
                assertThat(silent.getInputStream().readAllBytes()).isNotEmpty();
            }
        }
    }

    private Socket acceptedInItsPlace() throws IOException {
        try (ServerSocket starting = new ServerSocket()) {
            starting.setReuseAddress(true);
            starting.bind(proxy.address());
            proxy.cut();
            return starting.accept();
        }
    }

    private long clients() {
        String name = "-SendThread(127.0.0.1:" + proxy.address().getPort() + ")";
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().endsWith(name))
                .count();
    }

    @Test
    @DisplayName("is waited for as long as the server keeps the session, and not only for what was asked for")
    void keepsItsSession() throws Exception {
        Driver driver = driver();
        assertThat(get(driver.openSession(session, TTL))).isEqualTo(GRANTED);

        proxy.refuse();
        proxy.cut();
        Await.lasting(TTL.multipliedBy(2));
        proxy.heal();

        RosterReply roster = Await.value("a look to be answered", () -> {
            try {
                return Optional.of(get(driver.roster("workers", -1)));
            } catch (ExecutionException e) {
                return Optional.empty(); // by an attempt to connect that began before
            }
        });
        assertThat(roster).isInstanceOf(RosterReply.NoGroup.class);
        assertThat(get(driver.renew(session, Set.of(), Set.of()))).isInstanceOf(Renewal.Renewed.class);
        assertThat(proxy.connections()).isEqualTo(1);
    }
}
