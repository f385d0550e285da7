package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.nemesis.MemberJvm;
import dev.conclave.faults.nemesis.TestMembers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a crew")
class CrewTest {
    @Test
    @DisplayName("does not take a member for one that ended by itself if a kill begins while it looks")
    void endedByItself(@TempDir Path folder) throws Exception {
        try (MemberJvm member = TestMembers.lonely(folder)) {
            member.start();
            assertThat(Crew.endedByItself(List.of(member), () -> {
                        kill(member);
                        return List.of();
                    }))
                    .isEmpty();
            assertThat(Crew.endedByItself(List.of(member), List::of)).hasValue("ada#1");
            assertThat(Crew.endedByItself(List.of(member), () -> {
                        restart(member);
                        return List.of();
                    }))
                    .isEmpty();
        }
    }

    private static void kill(MemberJvm member) {
        try {
            member.kill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void restart(MemberJvm member) {
        try {
            member.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
