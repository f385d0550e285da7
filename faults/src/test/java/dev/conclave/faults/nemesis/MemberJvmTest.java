package dev.conclave.faults.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.process.ProcessSignals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a member")
class MemberJvmTest {
    @Test
    @DisplayName("that is asked for its threads has them in its log, and is still heard afterwards")
    void threads(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("ada.log");
        try (MemberJvm member = TestMembers.on("file:" + folder.resolve("store") + "?ttl=10s", folder)) {
            member.start();
            assertThat(member.awaitConnected(Await.PATIENCE)).isTrue();

            new ProcessSignals(member.pid()).send("QUIT");

            Await.until(
                    "its threads",
                    () -> Files.exists(log) && Files.readString(log).contains("Full thread dump"));
            assertThat(member.awaitClosed(Duration.ofSeconds(60))).isTrue();
        }
    }
}
