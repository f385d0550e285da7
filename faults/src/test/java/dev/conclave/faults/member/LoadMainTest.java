package dev.conclave.faults.member;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.History;
import dev.conclave.kit.Await;
import dev.conclave.kit.process.JavaCommand;
import dev.conclave.servers.Ports;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a member's process")
class LoadMainTest {
    @Test
    @DisplayName("tries to connect for as long as its parent is there, and ends with it")
    void endsWithItsParent(@TempDir Path folder) throws Exception {
        Orders orders = new Orders("redis://127.0.0.1:" + Ports.free() + "?ttl=1s", "ada", 1, 42, 1_000, 0, folder);
        Process member = JavaCommand.of(LoadMain.class, orders.arguments().toArray(new String[0]))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Await.until("two attempts to connect", () -> refusals(folder) >= 2);
            assertThat(member.isAlive()).isTrue();

            member.getOutputStream().close();

            assertThat(member.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            member.destroyForcibly().waitFor();
        }
    }

    private static long refusals(Path folder) throws Exception {
        return History.read(folder).entries().stream()
                .filter(entry -> entry.event() instanceof Event.Refused)
                .count();
    }
}
