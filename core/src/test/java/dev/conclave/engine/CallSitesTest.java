package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.memory.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Where grants were acquired")
class CallSitesTest {
    @Test
    @DisplayName(
            "is looked at for the first of those that follow each other within a millisecond, and said of the others")
    void sparing() {
        VirtualTime time = new VirtualTime();
        CallSites sites = new CallSites(time);

        assertThat(sites.ofApplication()).isInstanceOf(StackWalker.StackFrame.class);
        assertThat(sites.ofApplication().toString()).contains("not looked at");
        time.advance(Duration.ofMillis(1));
        assertThat(sites.ofApplication().toString()).contains(".java:").doesNotContain("dev.conclave.engine.");
    }
}
