package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a process answers")
class ProcessesTest {
    @Test
    @DisplayName("is read a line at a time, in UTF-8")
    void isReadInUtf8() throws Exception {
        InputStream answers = new ByteArrayInputStream("2 × 3 …\nnext\n".getBytes(StandardCharsets.UTF_8));

        assertThat(Processes.readLine(answers)).isEqualTo("2 × 3 …");
        assertThat(Processes.readLine(answers)).isEqualTo("next");
    }
}
