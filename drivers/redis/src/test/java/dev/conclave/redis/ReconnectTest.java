package dev.conclave.redis;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A connection to Redis that was lost")
class ReconnectTest {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);
    private static final SessionId ADA = session("ada", 'a');

    // The step is a renewal, perhaps the last before the deadline: it must not fail with an attempt that began before
    // it.
    @Test
    @DisplayName("is made again for each step that was asked for while an attempt was under way that failed")
    void askedMeanwhile() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                TcpProxy proxy = TcpProxy.to(server.address());
                BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), CALL_TIMEOUT)) {
            Driver driver = drivers.open("redis://127.0.0.1:" + proxy.address().getPort());
            get(driver.openSession(ADA, Duration.ofMinutes(1)));
            proxy.drop(Direction.TO_BACKEND);
            proxy.cut();

            Deque<CompletableFuture<Renewal>> attempting = new ArrayDeque<>(List.of(renewal(driver)));
            Await.until("an attempt to connect", () -> {
                if (attempting.getLast().isDone()) { // with the broken connection
                    attempting.add(renewal(driver));
                }
                return proxy.connections() > 0;
            });
            CompletableFuture<Renewal> failing = attempting.getLast();
            // By the thread that connects: before it begins the next attempt.
            CompletableFuture<Void> healed = failing.handle((renewed, failure) -> {
                try {
                    proxy.heal();
                    return null;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            CompletableFuture<Renewal> meanwhile = renewal(driver);
            assertThatThrownBy(() -> get(failing)).hasCauseInstanceOf(BackendUnavailableException.class);
            get(healed);

            assertThat(get(meanwhile)).isInstanceOf(Renewal.Renewed.class);
        }
    }

    // Else a watcher would hear nothing any more, and what lost writes brought back would stay.
    @Test
    @DisplayName("is not used while the server refuses what is to be asked on it first")
    void refusedAtFirst() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), CALL_TIMEOUT)) {
            Driver driver = drivers.open("redis://" + server.authority());
            get(driver.openSession(ADA, Duration.ofMinutes(1)));
            Subject watched = new Subject.Key(new ClaimKey(ClaimKey.Kind.LOCK, "x"));
            get(driver.watch(watched));
            server.command("ACL", "SETUSER", "default", "-subscribe");
            server.command("CLIENT", "KILL", "TYPE", "pubsub");

            Await.until("a step to fail for the subscription", () -> {
                CompletableFuture<Renewal> renewal = renewal(driver);
                Throwable failure = renewal.handle((done, reason) -> reason).get();
                return failure instanceof BackendUnavailableException
                        && String.valueOf(failure.getMessage()).contains("subscribe");
            });
            server.command("ACL", "SETUSER", "default", "+@all");

            Await.until(
                    "a step to succeed",
                    () -> renewal(driver)
                            .handle((done, reason) -> reason == null)
                            .get());
            drivers.signals().clear(); // all had been told to look again before the step was answered
            ClaimId claim = claimId(ADA, "x", 1);
            get(driver.claim(new ClaimRequest(claim, false, false, "")));
            get(driver.release(claim));
            Await.until("the watcher to be told", () -> drivers.signals().contains(watched));
        }
    }

    // An address that moves between servers. A refusal that is no outage ended the attempts to release.
    @Test
    @DisplayName("may lead to a replica for a while: what was to be released meanwhile is released once it leads back")
    void replicaForAWhile() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                RedisServer replica = RedisServer.options()
                        .volatileOnly()
                        .with("replicaof 127.0.0.1 " + server.port())
                        .start();
                Coordinator bob = Conclave.connect("redis://" + server.authority(), "bob")) {
            TcpProxy proxy = TcpProxy.to(server.address());
            int port = proxy.address().getPort();
            try (Coordinator ada = Conclave.connect("redis://127.0.0.1:" + port + "?ttl=5m", "ada")) {
                Grant grant = ada.lock("x").acquire();
                proxy.close();
                proxy = TcpProxy.to(replica.address(), port);
                assertThat(grant.release()).isEqualTo(ReleaseResult.UNKNOWN);
                TcpProxy misled = proxy;
                Await.until("an attempt at the replica", () -> misled.packets() > 0);
                assertThat(bob.lock("x").tryAcquire()).isEmpty();
                proxy.close();
                proxy = TcpProxy.to(server.address(), port);

                assertThat(bob.lock("x").tryAcquire(Await.PATIENCE)).isPresent();
            } finally {
                proxy.close();
            }
        }
    }

    private static CompletableFuture<Renewal> renewal(Driver driver) {
        return driver.renew(ADA, Set.of(), Set.of());
    }
}
