package dev.conclave.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.Leadership;
import dev.conclave.MisconfiguredException;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.servers.RedisCluster;
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.Names;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

@DisplayName("A cluster")
class ClusterTest {
    private static RedisCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static Coordinator member(String name, String namespace) throws InterruptedException {
        return Conclave.connect("redis+cluster://" + cluster.authority() + "?namespace=" + namespace, name);
    }

    @Test
    @DisplayName("serves locks, groups and elections of any namespace, with all its keys on one node")
    void everything() throws Exception {
        for (String namespace : List.of("billing", "a%7Db%7Bc", "%7B%7D", "x")) {
            try (Coordinator ada = member("ada", namespace);
                    Coordinator bob = member("bob", namespace)) {
                Grant grant = ada.lock("invoice").acquire();
                CompletableFuture<Grant> bobs = bob.lock("invoice").async().acquire();
                Await.until("bob to wait", () -> ada.lock("invoice").info().waiters() == 1);
                assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
                assertThat(bobs.get().fencingToken()).isGreaterThan(grant.fencingToken());

                Queue<GroupEvent> events = new ConcurrentLinkedQueue<>();
                bob.group("workers").join(Capabilities.of("cpu", 8));
                bob.group("workers").watch(events::add);
                Await.until("the snapshot", () -> !events.isEmpty());
                assertThat(owner(namespace).command("PUBSUB", "SHARDCHANNELS")).contains("}:group:workers");
                ada.group("workers").join();
                Await.until(
                        "bob to see ada", () -> events.stream().anyMatch(event -> event instanceof GroupEvent.Joined));

                CompletableFuture<Leadership> led = new CompletableFuture<>();
                ada.election("boss").run(led::complete, "at work");
                led.get();
                assertThat(bob.election("boss").leader().orElseThrow().payload())
                        .isEqualTo("at work");
            }
        }
    }

    private static RedisServer owner(String namespace) {
        String name = URLDecoder.decode(namespace, StandardCharsets.UTF_8);
        return cluster.nodes().get(JedisClusterCRC16.getSlot(Names.encoded(name)) * 3 / 16_384);
    }

    @Test
    @DisplayName("may move the namespace to another node: members follow, and holders keep")
    void movedSlot() throws Exception {
        int slot = JedisClusterCRC16.getSlot("moving");
        try (Coordinator ada = member("ada", "moving");
                Coordinator bob = member("bob", "moving")) {
            Grant grant = ada.lock("invoice").acquire();
            CompletableFuture<Grant> bobs = bob.lock("invoice").async().acquire();
            Await.until("bob to wait", () -> ada.lock("invoice").info().waiters() == 1);

            RedisServer from = cluster.nodes().get(slot * 3 / 16_384);
            RedisServer to = cluster.nodes().get((slot * 3 / 16_384 + 1) % 3);
            move(slot, from, to);

            assertThat(ada.lock("other").acquire(Await.PATIENCE).fencingToken()).isGreaterThan(grant.fencingToken());
            assertThat(to.command("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot)))
                    .isNotEqualTo("0");
            assertThat(grant.verify()).isTrue();
            assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
            assertThat(bobs.get().fencingToken()).isGreaterThan(grant.fencingToken());
        }
    }

    private static void move(int slot, RedisServer from, RedisServer to) throws Exception {
        String number = Integer.toString(slot);
        String fromId = from.command("CLUSTER", "MYID");
        String toId = to.command("CLUSTER", "MYID");
        to.command("CLUSTER", "SETSLOT", number, "IMPORTING", fromId);
        from.command("CLUSTER", "SETSLOT", number, "MIGRATING", toId);
        for (String key = key(from, number); !key.isEmpty(); key = key(from, number)) {
            from.command("MIGRATE", "127.0.0.1", Integer.toString(to.port()), key, "0", "5000");
        }
        to.command("CLUSTER", "SETSLOT", number, "NODE", toId);
        from.command("CLUSTER", "SETSLOT", number, "NODE", toId);
    }

    private static String key(RedisServer from, String slot) throws Exception {
        return from.command("CLUSTER", "GETKEYSINSLOT", slot, "1");
    }

    @Test
    @DisplayName("has no databases, which is said")
    void databases() {
        assertThatThrownBy(() -> Conclave.connect("redis+cluster://" + cluster.authority() + "/3", "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("no databases");
    }

    @Test
    @DisplayName("is reached through any node that is up")
    void seeds() throws Exception {
        String url = "redis+cluster://127.0.0.1:1," + cluster.nodes().get(2).authority();
        try (Coordinator ada = Conclave.connect(url, "ada")) {
            assertThat(ada.lock("seeds").tryAcquire(Duration.ofSeconds(5))).isPresent();
        }
    }

    // Each answer of a node that is cut off names this very node.
    @Test
    @DisplayName("is left by way of another node where one that is cut off from most of the others refuses")
    void minority() throws Exception {
        AtomicReference<String> slots = new AtomicReference<>("*0\r\n");
        try (ScriptedServer cutOff = new ScriptedServer(words -> switch (words.get(0)) {
            case "HELLO" -> ScriptedServer.hello("cluster");
            case "CLUSTER" -> slots.get();
            case "CONFIG" -> "-NOPERM\r\n";
            default -> "-CLUSTERDOWN The cluster is down\r\n";
        })) {
            slots.set("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n" + ScriptedServer.bulk("127.0.0.1") + ":" + cutOff.port()
                    + "\r\n");
            String url = "redis+cluster://" + cutOff.authority() + ","
                    + cluster.nodes().get(0).authority() + "?namespace=minority";
            try (Coordinator ada = Conclave.connect(url, "ada")) {
                assertThat(ada.lock("invoice").tryAcquire(Await.PATIENCE)).isPresent();
                assertThat(cutOff.asked()).isPositive();
            }
        }
    }
}
