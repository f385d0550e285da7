package dev.conclave.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.MisconfiguredException;
import dev.conclave.Trait;
import dev.conclave.kit.Await;
import dev.conclave.servers.RedisSentinels;
import dev.conclave.servers.RedisServer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A primary behind sentinels")
class SentinelTest {
    @Test
    @DisplayName("fails over: its holders are told or keep, never do two hold, tokens grow, and groups are there again")
    void failOver() throws Exception {
        try (RedisSentinels redis = RedisSentinels.start()) {
            // The sentinels may give up an attempt, and begin the next one ten seconds later.
            String url = "redis+sentinel://" + redis.authority() + "/" + RedisSentinels.PRIMARY_NAME
                    + "?ttl=60s&call-timeout=5s";
            try (Coordinator ada = Conclave.connect(url, "ada");
                    Coordinator bob = Conclave.connect(url, "bob")) {
                assertThat(ada.driver().traits()).contains(Trait.VOLATILE).doesNotContain(Trait.DURABLE);
                Grant kept = ada.lock("invoice").acquire();
                ada.group("workers").join();
                assertThat(bob.group("workers").view().member("ada")).isPresent();

                redis.primary().process().kill();

                // Until the sentinels have promoted the other one, and both members have found it.
                Grant later = bob.lock("ledger").acquire(Duration.ofMinutes(1));
                assertThat(redis.replica().command("ROLE")).startsWith("master");
                assertThat(later.fencingToken()).isGreaterThan(kept.fencingToken());

                assertThat(Await.answer("the new primary to be asked", kept::verify))
                        .as("what was replicated before the fail-over is kept")
                        .isTrue();
                assertThat(bob.lock("invoice").tryAcquire()).isEmpty();
                kept.release();
                Grant next = bob.lock("invoice").acquire(Await.PATIENCE);
                assertThat(next.fencingToken()).isGreaterThan(later.fencingToken());
                Await.until(
                        "the group to be there",
                        () -> bob.group("workers").view().member("ada").isPresent());
            }
        }
    }

    // Found by the faults' soak (redis-sentinel, seed 31): both primaries went on granting.
    @Test
    @DisplayName(
            "that was replaced while it was well grants nothing once its replicas have left, and members follow the other one")
    void replacedWhileWell() throws Exception {
        try (RedisSentinels redis = RedisSentinels.startGuarded()) {
            String url = "redis+sentinel://" + redis.authority() + "/" + RedisSentinels.PRIMARY_NAME + "?ttl=15s";
            try (Coordinator ada = Conclave.connect(url, "ada")) {
                Grant kept = ada.lock("invoice").acquire();
                RedisServer promoted = redis.failOver();
                assertThat(promoted).isNotSameAs(redis.primary());
                Await.until("the old primary to refuse", () -> refusesWrites(redis.primary()));
                Grant later = ada.lock("ledger").acquire(Await.PATIENCE);
                assertThat(later.fencingToken()).isGreaterThan(kept.fencingToken());
                assertThat(promoted.command("EXISTS", "conclave:{conclave}:claims"))
                        .endsWith("1");
                assertThat(later.verify()).isTrue();
            }
        }
    }

    private static boolean refusesWrites(RedisServer server) throws Exception {
        try {
            String answer = server.command("SET", "probe", "1");
            return answer.contains("NOREPLICAS") || answer.contains("READONLY");
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("NOREPLICAS")
                    || String.valueOf(e.getMessage()).contains("READONLY");
        }
    }

    @Test
    @DisplayName("forgets what was not replicated: the holder is told, the next token is greater")
    void lostWrites() throws Exception {
        try (RedisSentinels redis = RedisSentinels.start()) {
            String url = "redis+sentinel://" + redis.authority() + "/" + RedisSentinels.PRIMARY_NAME + "?ttl=15s";
            try (Coordinator ada = Conclave.connect(url, "ada");
                    Coordinator bob = Conclave.connect(url, "bob")) {
                Grant first = bob.lock("ledger").acquire();
                redis.replica().process().pause();
                redis.primary().command("CLIENT", "KILL", "TYPE", "replica"); // or the kernels would still pass it on
                Grant lost = ada.lock("invoice").acquire();
                redis.primary().process().kill();
                redis.replica().process().resume();

                Await.until("ada to be told", () -> lost.lost().isDone());
                Grant next = bob.lock("invoice").acquire(Await.PATIENCE);
                assertThat(next.fencingToken()).isGreaterThan(lost.fencingToken());
                assertThat(lost.isValid()).isFalse();
                assertThat(first.fencingToken()).isLessThan(lost.fencingToken());
            }
        }
    }

    @Test
    @DisplayName("is not found by a name that the sentinels do not know, which is said")
    void unknownName() throws Exception {
        try (RedisSentinels redis = RedisSentinels.start()) {
            assertThatThrownBy(() -> Conclave.connect("redis+sentinel://" + redis.authority() + "/other", "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("knows no primary 'other'");
            assertThatThrownBy(() -> Conclave.connect("redis+sentinel://" + redis.authority(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("PRIMARY-NAME");
        }
    }

    @Test
    @DisplayName("is found although the sentinel that answers first still names one that has gone")
    void staleSentinel() throws Exception {
        try (RedisServer primary = RedisServer.options().volatileOnly().start();
                RedisServer sentinel = RedisServer.options()
                        .sentinel()
                        .with("sentinel monitor main 127.0.0.1 " + primary.port() + " 1")
                        .start();
                ScriptedServer gone = new ScriptedServer(words -> "-ERR nobody is here\r\n");
                ScriptedServer stale = new ScriptedServer(words -> switch (words.get(0)) {
                    case "HELLO" -> ScriptedServer.hello("sentinel");
                    case "SENTINEL" ->
                        "*2\r\n"
                                + ScriptedServer.bulk("127.0.0.1")
                                + ScriptedServer.bulk(Integer.toString(gone.port()));
                    default -> "-ERR unknown command\r\n";
                })) {
            String url = "redis+sentinel://" + stale.authority() + "," + sentinel.authority() + "/main";
            try (Coordinator ada = Conclave.connect(url, "ada")) {
                assertThat(stale.asked()).isPositive();
                assertThat(ada.lock("invoice").tryAcquire()).isPresent();
            }
        }
    }
}
