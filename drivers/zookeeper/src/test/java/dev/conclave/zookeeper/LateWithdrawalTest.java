package dev.conclave.zookeeper;

import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
    private static final EnrolmentId THIRD = enrolment('c');
    // Longer than a take-over needs.
    private static final Duration LATE = Duration.ofSeconds(3);

    private final BareDrivers drivers = new BareDrivers(new ZooKeeperDriverProvider(), Duration.ofSeconds(10));
    private ZooKeeperServer server;

    @BeforeEach
    void start() throws Exception {
        server = ZooKeeperServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        drivers.close();
        server.close();
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

    /** The answers to the first requests come late; the next is sent when the place is taken. */
    private RosterReply.Whole after(Function<Driver, CompletableFuture<Boolean>> change) throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver old = driver("127.0.0.1:" + proxy.address().getPort(), OLD);
            Driver successor = driver(server.authority(), NEW);
            enrol(old, OLD, "old");

            proxy.drop(Direction.TO_MEMBER);
            long before = received();
            CompletableFuture<Boolean> late = change.apply(old);
            Await.until("the server to have synced, and been asked for both nodes", () -> received() >= before + 3);
            enrol(successor, NEW, "new");
            proxy.heal();

            assertThat(get(late)).isFalse();
            return (RosterReply.Whole) get(successor.roster("workers", -1));
        }
    }

    @Test
    @DisplayName(
            "is told of it by whoever takes the successor's place, though that one had looked at the enrolment before")
    void takenOverTwice() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver successor = driver(server.authority(), NEW);
            Driver third = driver("127.0.0.1:" + proxy.address().getPort(), THIRD);
            enrol(driver(server.authority(), OLD), OLD, "old");

            proxy.delay(Direction.TO_MEMBER, LATE);
            long before = received();
            CompletableFuture<EnrolReply> late = third.enrol(new Enrolment(THIRD, "third", true, true));
            Await.until("the server to have been asked to enrol, and who is there", () -> received() >= before + 3);
            proxy.drop(Direction.TO_MEMBER);
            enrol(successor, NEW, "new");
            drivers.signals().clear();
            proxy.heal();

            assertThat(get(late)).isEqualTo(EnrolReply.ENROLLED);
            Await.until(
                    "the successor to be told", () -> drivers.signals().contains(new Subject.Session(NEW.session())));
        }
    }

    @Test
    @DisplayName("leaves a newcomer listed when it is withdrawn twice at once")
    void withdrawnTwice() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver old = driver("127.0.0.1:" + proxy.address().getPort(), OLD);
            Driver newcomer = driver(server.authority(), NEW);
            enrol(old, OLD, "old");

            proxy.delay(Direction.TO_MEMBER, LATE);
            CompletableFuture<Boolean> first = old.withdraw(OLD);
            // The answers to the second look come when the first has long been acted upon.
            Await.lasting(LATE.dividedBy(2));
            CompletableFuture<Boolean> second = old.withdraw(OLD);
            Await.until("the enrolment to be gone", () -> enrolled(newcomer));

            assertThat(get(first)).isTrue();
            assertThat(get(second)).isFalse();
            assertThat(((RosterReply.Whole) get(newcomer.roster("workers", -1))).entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.id()).isEqualTo(NEW));
        }
    }

    private static boolean enrolled(Driver newcomer) throws Exception {
        return get(newcomer.enrol(new Enrolment(NEW, "new", false, false))) == EnrolReply.ENROLLED;
    }

    private long received() throws IOException {
        return Admin.received(server);
    }

    private Driver driver(String authority, EnrolmentId id) throws Exception {
        Driver driver = drivers.open("zookeeper://" + authority + "?ttl=30s");
        get(driver.openSession(id.session(), TTL));
        return driver;
    }

    private static void enrol(Driver driver, EnrolmentId id, String capabilities) throws Exception {
        assertThat(get(driver.enrol(new Enrolment(id, capabilities, true, true))))
                .isEqualTo(EnrolReply.ENROLLED);
    }

    private static EnrolmentId enrolment(char letter) {
        return new EnrolmentId(session("ada", letter), "workers", 1);
    }
}
