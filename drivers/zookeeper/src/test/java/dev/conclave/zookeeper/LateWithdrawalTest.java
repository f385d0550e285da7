package dev.conclave.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.KitTime;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Environment;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Withdrawing and amending take two requests, between which another process may take the member's place. */
@DisplayName("An enrolment whose place another takes while it is changed")
class LateWithdrawalTest {
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final EnrolmentId OLD = enrolment('a');
    private static final EnrolmentId NEW = enrolment('b');

    private final List<AutoCloseable> open = new ArrayList<>();
    private final KitTime time = new KitTime();
    private ZooKeeperServer server;

    @BeforeEach
    void start() throws Exception {
        server = ZooKeeperServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
        time.close();
    }

    @Test
    @DisplayName("leaves the successor listed when it is withdrawn")
    void withdrawn() throws Exception {
        RosterReply.Whole roster = after(driver -> driver.withdraw(OLD));

        assertThat(roster.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.id()).isEqualTo(NEW));
    }

    @Test
    @DisplayName("leaves the successor's capabilities alone when it is amended")
    void amended() throws Exception {
        RosterReply.Whole roster = after(driver -> driver.amend(OLD, 1, "late"));

        assertThat(roster.entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.capabilities()).isEqualTo("new"));
    }

    /** The answer to the first request comes a second late; the second request is sent when the place is taken. */
    private RosterReply.Whole after(Function<Driver, CompletableFuture<Boolean>> change) throws Exception {
        TcpProxy proxy = TcpProxy.to(server.address());
        open.add(proxy);
        Driver old = driver("127.0.0.1:" + proxy.address().getPort(), OLD);
        Driver successor = driver(server.authority(), NEW);
        enrol(old, OLD, "old");

        proxy.drop(Direction.TO_MEMBER);
        CompletableFuture<Boolean> late = change.apply(old);
        TimeUnit.SECONDS.sleep(1);
        enrol(successor, NEW, "new");
        proxy.heal();

        assertThat(get(late)).isFalse();
        return (RosterReply.Whole) get(successor.roster("workers", -1));
    }

    private Driver driver(String authority, EnrolmentId id) throws Exception {
        ZooKeeperDriverProvider provider = new ZooKeeperDriverProvider();
        Target target = Target.parse("zookeeper://" + authority + "?ttl=30s", Map.of(), provider.options());
        Environment environment = new Environment("ada", subject -> {}, time, Duration.ofSeconds(10));
        Driver driver = get(provider.open(target, environment));
        open.add(() -> get(driver.close()));
        get(driver.openSession(id.session(), TTL));
        return driver;
    }

    private static void enrol(Driver driver, EnrolmentId id, String capabilities) throws Exception {
        assertThat(get(driver.enrol(new Enrolment(id, capabilities, true, true))))
                .isEqualTo(EnrolReply.ENROLLED);
    }

    private static EnrolmentId enrolment(char letter) {
        return new EnrolmentId(new SessionId("ada", String.valueOf(letter).repeat(26)), "workers", 1);
    }

    private static <T> T get(CompletableFuture<T> step) throws Exception {
        return step.get(20, TimeUnit.SECONDS);
    }
}
