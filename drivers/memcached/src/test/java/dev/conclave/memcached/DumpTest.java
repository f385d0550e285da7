package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A walk through all that the server stores")
class DumpTest {
    private static final Map<String, String> SLOW = Map.of(
            "mn",
            "MN\r\n",
            "stats settings",
            "END\r\n",
            "stats",
            "STAT version 1.6.18\r\nSTAT time 1795400000\r\nSTAT uptime 1000\r\nEND\r\n",
            "lru_crawler metadump hash",
            FakeServer.ENDLESS + "key=other exp=-1\r\n");

    private static boolean isWalking() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("conclave-memcached-list"));
    }

    @Test
    @DisplayName("ends with the driver")
    void closed() throws Exception {
        try (FakeServer server = new FakeServer(SLOW);
                BareDrivers drivers = new BareDrivers(new MemcachedDriverProvider(), Duration.ofMinutes(5))) {
            Driver driver = drivers.open(server.url());
            CompletableFuture<List<ClaimStatus>> listed = driver.list(ClaimKey.Kind.LOCK);
            Await.until("the walk to go on", server::isDripping);
            assertThat(isWalking()).isTrue();

            Await.result("closing", driver.close());

            Await.until("the walk to be over", () -> !isWalking());
            assertThatThrownBy(() -> Await.result("the list", listed)).isInstanceOf(BackendUnavailableException.class);
        }
    }

    @Test
    @DisplayName("ends when a call's time is over, and says how to have more of it")
    void slow() throws Exception {
        try (FakeServer server = new FakeServer(SLOW);
                BareDrivers drivers = new BareDrivers(new MemcachedDriverProvider(), Duration.ofSeconds(1))) {
            CompletableFuture<List<ClaimStatus>> listed =
                    drivers.open(server.url()).list(ClaimKey.Kind.LOCK);

            assertThatThrownBy(() -> Await.result("the list", listed))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("raise call-timeout");
            Await.until("the walk to be over", () -> !isWalking());
        }
    }
}
