package dev.conclave.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.LossReason;
import dev.conclave.Trait;
import dev.conclave.kit.Await;
import dev.conclave.servers.RedisServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A deployment")
class DeploymentTest {
    private static Deployment of(Map<String, String> settings) {
        return new Deployment(settings, Servers.Kind.SINGLE);
    }

    private static boolean isDurable(Deployment deployment) {
        return deployment
                .info(RedisDriverProvider.INFO, Duration.ofSeconds(3))
                .traits()
                .contains(Trait.DURABLE);
    }

    @Test
    @DisplayName("that syncs each write and evicts nothing is durable, and there is nothing to warn of")
    void durable() {
        Map<String, String> settings = Map.of(
                "appendonly", "yes", "appendfsync", "always", "maxmemory", "0", "maxmemory-policy", "allkeys-lru");
        assertThat(of(settings).warnings()).isEmpty();
        assertThat(isDurable(of(settings))).isTrue();
        assertThat(isDurable(new Deployment(settings, Servers.Kind.SENTINEL))).isFalse();
        assertThat(isDurable(new Deployment(settings, Servers.Kind.CLUSTER))).isFalse();
    }

    @Test
    @DisplayName("that does not sync while it rewrites its file is not durable")
    void notSyncedWhileRewriting() {
        Map<String, String> settings = Map.of(
                "appendonly", "yes", "appendfsync", "always", "maxmemory", "0", "no-appendfsync-on-rewrite", "yes");
        assertThat(isDurable(of(settings))).isFalse();
    }

    @Test
    @DisplayName("behind sentinels is warned of unless it soon notices that its replicas have left")
    void replaced() {
        Map<String, String> settings = new HashMap<>(Map.of("appendonly", "yes", "min-replicas-to-write", "1"));
        for (String lag : List.of("0", "3", "10")) {
            settings.put("min-replicas-max-lag", lag);
            assertThat(new Deployment(settings, Servers.Kind.SENTINEL).warnings())
                    .as(lag)
                    .singleElement()
                    .asString()
                    .contains("min-replicas-max-lag 2");
        }
        settings.put("min-replicas-max-lag", "2");
        assertThat(new Deployment(settings, Servers.Kind.SENTINEL).warnings()).isEmpty();
    }

    @Test
    @DisplayName(
            "that may evict any key is warned of, with the remedy; one that evicts only keys with a time-to-live is not")
    void evicting() {
        assertThat(of(Map.of("maxmemory", "1000", "maxmemory-policy", "allkeys-lfu", "appendonly", "yes"))
                        .warnings())
                .singleElement()
                .asString()
                .contains("allkeys-lfu", "noeviction");
        assertThat(of(Map.of("maxmemory", "1000", "maxmemory-policy", "volatile-lru", "appendonly", "yes"))
                        .warnings())
                .isEmpty();
    }

    @Test
    @DisplayName("without persistence is warned of; one whose settings may not be read is, too")
    void forgetful() {
        assertThat(of(Map.of("appendonly", "no", "save", "")).warnings())
                .singleElement()
                .asString()
                .contains("no persistence", "appendonly yes");
        assertThat(of(Map.of("appendonly", "no", "save", "3600 1")).warnings()).isEmpty();
        assertThat(of(Map.of()).warnings()).singleElement().asString().contains("not known", "CONFIG GET");
        assertThat(isDurable(of(Map.of()))).isFalse();
    }

    @Test
    @DisplayName("says by its traits what the probe found")
    void probed() throws Exception {
        try (RedisServer durable = RedisServer.options().durable().start();
                RedisServer rewriting = RedisServer.options()
                        .durable()
                        .with("no-appendfsync-on-rewrite yes")
                        .start();
                RedisServer forgetful = RedisServer.options().volatileOnly().start();
                Coordinator ada = Conclave.connect("redis://" + durable.authority(), "ada");
                Coordinator cat = Conclave.connect("redis://" + rewriting.authority(), "cat");
                Coordinator bob = Conclave.connect("redis://" + forgetful.authority() + "?ttl=3s", "bob")) {
            assertThat(ada.driver().traits()).contains(Trait.DURABLE);
            assertThat(cat.driver().traits()).doesNotContain(Trait.DURABLE);
            assertThat(bob.driver().traits()).contains(Trait.VOLATILE).doesNotContain(Trait.DURABLE);
            assertThat(bob.driver().beliefOverlap()).isEqualTo(Duration.ofSeconds(3));
        }
    }

    @Test
    @DisplayName("that evicts a lock under memory pressure tells its holder, and the next token is greater")
    void evicted() throws Exception {
        try (RedisServer server = RedisServer.options()
                        .volatileOnly()
                        .evicting("4mb", "allkeys-random")
                        .start();
                Coordinator ada = Conclave.connect("redis://" + server.authority() + "?ttl=1s", "ada");
                Coordinator bob = Conclave.connect("redis://" + server.authority() + "?ttl=1s", "bob")) {
            Grant grant = ada.lock("invoice").acquire();
            String fill = "local v = string.rep('x', 20000)"
                    + " for i = 1, 200 do redis.call('SET', 'fill:' .. redis.call('INCR', 'fill'), v) end return 1";
            Await.until("the lock to be evicted and ada to be told", () -> {
                try {
                    server.command("EVAL", fill, "0");
                } catch (java.io.IOException e) {
                    assertThat(e).hasMessageContaining("OOM"); // within a script nothing is evicted
                    server.command("SET", "fill", "0");
                }
                return grant.lost().isDone();
            });
            assertThat(grant.lost().get().reason()).isIn(LossReason.FORGOTTEN, LossReason.EXPIRED);
            server.command("CONFIG", "SET", "maxmemory", "0");
            assertThat(bob.lock("invoice").acquire(Await.PATIENCE).fencingToken())
                    .isGreaterThan(grant.fencingToken());
        }
    }
}
