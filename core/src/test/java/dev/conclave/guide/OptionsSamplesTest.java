package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.DriverInfo;
import dev.conclave.MisconfiguredException;
import dev.conclave.Trait;
import dev.conclave.guide.Stores.Journal;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class OptionsSamplesTest {
    private final Journal journal = new Journal();

    @Test
    void options() throws Exception {
        Executor executor = Executors.newCachedThreadPool();
        String url = "memory:guide-options?ttl=15s";
        // snippet:options
        ConnectOptions options = ConnectOptions.builder()
                .ttl(Duration.ofSeconds(20)) // unless the URL says ?ttl=...
                .callTimeout(Duration.ofSeconds(2))
                .namespace("billing")
                .callbackExecutor(executor)
                .build();
        Coordinator coordinator = Conclave.connect(url, "billing-7", options);
        // end
        coordinator.close();
    }

    @Test
    void requiring() throws Exception {
        String url = "memory:guide-options";
        // snippet:requiring
        Coordinator coordinator = Conclave.connect(url, "billing-7").requiring(Trait.LINEARIZABLE, Trait.FAIR);
        // end
        coordinator.close();
    }

    @Test
    void drivers() {
        // snippet:drivers
        for (DriverInfo driver : Conclave.drivers()) {
            journal.add(driver.name() + " " + driver.urlForms() + " " + driver.traits());
        }
        // end
        assertThat(journal.lines()).anyMatch(line -> line.startsWith("memory"));
    }

    @Test
    void mistakes() {
        // snippet:options-mistake
        assertThatThrownBy(() -> Conclave.connect("memory:demo?tll=15s", "billing-7"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessage("unknown option 'tll' for memory:; the known ones are call-timeout, namespace, ttl");
        // end
    }
}
