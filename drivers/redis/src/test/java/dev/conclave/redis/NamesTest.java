package dev.conclave.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

@DisplayName("Names at the server")
class NamesTest {
    @Test
    @DisplayName("are derived as they always were: processes of different versions must agree")
    void goldenVectors() throws Exception {
        StringBuilder derived = new StringBuilder();
        for (String namespace : new String[] {"conclave", "a/b", "{x}", "}{", "größe", "%7B"}) {
            Keys keys = new Keys(namespace);
            derived.append("namespace ").append(namespace).append(' ');
            derived.append(new String(keys.prefix(), StandardCharsets.UTF_8)).append(' ');
            derived.append(JedisClusterCRC16.getSlot(keys.prefix())).append('\n');
            assertThat(JedisClusterCRC16.getSlot(keys.prefix())).isEqualTo(JedisClusterCRC16.getSlot(keys.hashTag()));
        }
        Keys keys = new Keys("conclave");
        for (ClaimKey.Kind kind : ClaimKey.Kind.values()) {
            for (String name : new String[] {"a", "#", "größe"}) {
                ClaimKey key = new ClaimKey(kind, name);
                derived.append(key).append(' ').append(Keys.name(key)).append(' ');
                derived.append(keys.channel(new Subject.Key(key))).append('\n');
                assertThat(Keys.key(Keys.name(key))).isEqualTo(key);
            }
        }
        SessionId session = new SessionId("ada", "0123456789abcdefghijklmnop");
        ClaimId claim = new ClaimId(new ClaimKey(ClaimKey.Kind.LOCK, "a"), session, 7);
        derived.append("group workers ")
                .append(keys.channel(new Subject.Group("workers")))
                .append('\n');
        derived.append("all groups ")
                .append(keys.channel(new Subject.AllGroups()))
                .append('\n');
        derived.append("session ")
                .append(keys.channel(new Subject.Session(session)))
                .append('\n');
        derived.append("request ")
                .append(keys.address(new Subject.Request(claim)))
                .append('\n');

        try (var golden = NamesTest.class.getResourceAsStream("names.txt")) {
            assertThat(derived).hasToString(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
