package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event.Residue;
import dev.conclave.faults.sites.Nowhere;
import dev.conclave.faults.sites.Site;
import dev.conclave.faults.sites.Sites;
import dev.conclave.kit.Await;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What is left")
class LeftoversTest {
    /** Somewhere where this is left, one after the other; the last of it for good. */
    private static final class Scripted extends Nowhere {
        private final Deque<Map<String, Long>> script;

        Scripted(List<Map<String, Long>> script) {
            this.script = new ArrayDeque<>(script);
        }

        @Override
        public Map<String, Long> residue() {
            return script.size() > 1 ? script.remove() : script.element();
        }
    }

    private static Map<String, Long> left(long keys, long connections) {
        return Map.of("keys", keys, "connections", connections);
    }

    @Test
    @DisplayName("after a single use may be left afterwards, once it has settled; but no connection")
    void settles() throws Exception {
        Site site = new Scripted(List.of(left(9, 2), left(9, 2), left(7, 1), left(3, 1)));
        Leftovers allowed = Leftovers.allowed(site);
        assertThat(allowed.awaited(site, Duration.ZERO))
                .containsExactlyInAnyOrder(new Residue("keys", 3, 3), new Residue("connections", 1, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"etcd", "ipc", "memcached", "mysql", "postgresql", "redis", "redis-sentinel", "zookeeper"})
    @DisplayName("of what ends with those who use it is nothing, after an orderly use")
    void nothingOfWhatEnds(String name) throws Exception {
        try (Site site = Sites.open(name)) {
            Observer.rehearse(site.url(site.reached()) + "?namespace=" + Site.NAMESPACE + "&ttl=30s");
            Await.until(
                    "what ends",
                    () -> site.residue().entrySet().stream()
                            .noneMatch(left -> Site.ENDING.contains(left.getKey()) && left.getValue() > 0));
        }
    }
}
