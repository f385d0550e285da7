package dev.conclave.zookeeper;

import static dev.conclave.kit.BareDrivers.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A watch")
class WatchesTest {
    private static final Subject.Group WORKERS = new Subject.Group("workers");

    private final BareDrivers drivers = new BareDrivers(new ZooKeeperDriverProvider(), Duration.ofSeconds(10));
    private ZooKeeperServer server;
    private Driver driver;

    @BeforeEach
    void start() throws Exception {
        server = ZooKeeperServer.start();
        driver = drivers.open("zookeeper://" + server.authority() + "?ttl=30s");
    }

    @AfterEach
    void stop() throws Exception {
        drivers.close();
        server.close();
    }

    @Test
    @DisplayName("is signalled when the namespace has begun another life, in which it does not stand yet")
    void anotherLife() throws Exception {
        get(driver.watch(WORKERS));
        try (Admin admin = new Admin(server.authority())) {
            admin.deleteAll();
        }
        // Whose answer comes after all that the deletion signalled.
        get(driver.watch(new Subject.Group("others")));
        drivers.signals().clear();

        assertThat(get(driver.roster("workers", -1))).isInstanceOf(RosterReply.NoGroup.class);

        Await.until("what was watched to be signalled", () -> drivers.signals().contains(WORKERS));
        get(driver.watch(WORKERS));
        drivers.signals().clear();
        get(driver.createGroup("workers"));
        Await.until("the group's creation to be told", () -> drivers.signals().contains(WORKERS));
    }

    @Test
    @DisplayName("is gone from the server when nobody watches any more")
    void unwatched() throws Exception {
        String before = watches();

        for (int i = 0; i < 20; i++) {
            Subject.Group group = new Subject.Group("group-" + i);
            get(driver.watch(group));
            driver.unwatch(group);
        }

        Await.until("the server to keep no more watches", () -> watches().equals(before));
    }

    private String watches() throws IOException {
        return server.command("wchs").lines().reduce((first, last) -> last).orElseThrow();
    }
}
