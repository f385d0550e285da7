package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.Membership;
import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each kind of item is taken away by itself, as an eviction does. */
@DisplayName("What is lost at the server")
class LossTest {
    private MemcachedServer server;
    private Coordinator ada;
    private Coordinator bob;

    @BeforeEach
    void connect() throws Exception {
        server = MemcachedServer.options().start();
        Bare.awaitSettled(server);
        ada = Conclave.connect("memcached://" + server.authority() + "?ttl=3s", "ada");
        bob = Conclave.connect("memcached://" + server.authority(), "bob");
    }

    @AfterEach
    void close() throws Exception {
        bob.close();
        ada.close();
        server.close();
    }

    private void evict(String key) throws Exception {
        assertThat(server.command("delete conclave:conclave:" + key)).containsExactly("DELETED");
    }

    private String key(String beginning) throws Exception {
        String prefix = "key=conclave%3Aconclave%3A" + beginning.replace(":", "%3A");
        String line = server.command("lru_crawler metadump hash").stream()
                .filter(each -> each.startsWith(prefix))
                .findFirst()
                .orElseThrow();
        return line.substring("key=conclave%3Aconclave%3A".length(), line.indexOf(' '))
                .replace("%3A", ":");
    }

    @Test
    @DisplayName("of a lock tells its holder, and the next token is greater")
    void lock() throws Exception {
        Grant grant = ada.lock("invoice").acquire();
        evict("L:invoice");

        Loss loss = Await.result("the loss", grant.lost());

        assertThat(loss.reason()).isEqualTo(LossReason.FORGOTTEN);
        assertThat(bob.lock("invoice").acquire(Await.PATIENCE).fencingToken()).isGreaterThan(grant.fencingToken());
    }

    @Test
    @DisplayName("of a session ends all that it held, and the member goes on in another one")
    void session() throws Exception {
        Grant grant = ada.lock("invoice").acquire();
        Membership membership = ada.group("workers").join(Capabilities.of("cpu", 8));
        String before = membership.incarnation().orElseThrow();
        evict(key("s:"));

        Loss loss = Await.result("the loss", grant.lost());

        assertThat(loss.reason()).isEqualTo(LossReason.FORGOTTEN);
        Await.until(
                "ada to be in again",
                () -> bob.group("workers")
                        .view()
                        .member("ada")
                        .filter(member -> !member.incarnation().equals(before))
                        .isPresent());
    }

    @Test
    @DisplayName("of a queue loses nobody who waits")
    void queue() throws Exception {
        Grant grant = ada.lock("invoice").acquire();
        CompletableFuture<Grant> waiting = bob.lock("invoice").async().acquire();
        Await.until("bob to wait", () -> bob.lock("invoice").info().waiters() == 1);
        evict("L:invoice");

        assertThat(Await.result("bob's grant", waiting).fencingToken()).isGreaterThan(grant.fencingToken());
        Await.result("ada's loss", grant.lost());
    }

    @Test
    @DisplayName("of a group's list, and of the list of groups, is made good by those who are in")
    void roster() throws Exception {
        Membership membership = ada.group("workers").join(Capabilities.of("cpu", 8));
        evict("g:workers");
        evict("groups");

        Await.until(
                "the group to heal",
                () -> bob.groups().contains("workers")
                        && bob.group("workers").view().member("ada").isPresent());
        Await.until("ada to know that she is in", () -> membership.incarnation().isPresent());
        evict("groups");
        Await.until("the list to heal", () -> bob.groups().contains("workers"));
    }

    // As if the one that created it had stopped before it wrote the list.
    @Test
    @DisplayName("of an empty group's name is made good by who creates the group again")
    void emptyGroup() throws Exception {
        try (Bare cyd = new Bare(server)) {
            assertThat(Bare.await(cyd.driver.createGroup("workers"))).isTrue();
            evict("groups");
            assertThat(bob.groups()).isEmpty();

            assertThat(Bare.await(cyd.driver.createGroup("workers"))).isFalse();

            assertThat(bob.groups()).containsExactly("workers");
        }
    }

    @Test
    @DisplayName("of a member's capabilities has it join again, with them")
    void capabilities() throws Exception {
        String large = "x".repeat(20_000);
        Membership membership = ada.group("workers").join(Capabilities.of("data", large));
        evict(key("c:"));

        Await.until(
                "ada to be listed with all her data",
                () -> bob.group("workers")
                        .view()
                        .member("ada")
                        .filter(member -> member.capabilities()
                                .text("data")
                                .filter(large::equals)
                                .isPresent())
                        .isPresent());
        Await.until("ada to know that she is in", () -> membership.incarnation().isPresent());
    }
}
