package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run of the machine")
class RunTest {
    @Test
    @DisplayName("is named by the kernel's boot id")
    void known(@TempDir Path work) throws Exception {
        Path bootId = work.resolve("boot_id");
        long[] first = Run.id(Files.writeString(bootId, "first\n"));
        assertThat(Run.isKnown(first)).isTrue();
        assertThat(Run.id(bootId)).isEqualTo(first);
        assertThat(Run.id(Files.writeString(bootId, "second\n"))).isNotEqualTo(first);
    }

    @Test
    @DisplayName("has one name for all processes where there is no boot id, or they could not meet")
    void unknown(@TempDir Path work) {
        long[] run = Run.id(work.resolve("none"));
        assertThat(Run.isKnown(run)).isFalse();
        assertThat(Run.id(work.resolve("none"))).isEqualTo(run);
    }
}
