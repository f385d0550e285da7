package dev.conclave.bench.workloads;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.bench.Reply;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Processes that contend")
class ContendedWorkloadTest {
    private static Reply held(long acquired, long released) {
        return new Reply()
                .with("asked", List.of(0L))
                .with("acquired", List.of(acquired))
                .with("released", List.of(released));
    }

    @Test
    @DisplayName("are found out when two hold the lock at once")
    void overlap() {
        var tenures = ContendedWorkload.tenures(List.of(held(30, 40), held(10, 31)));

        assertThatThrownBy(() -> ContendedWorkload.checkApart(tenures))
                .hasMessage("two processes held the lock at once, 1 times");
    }

    @Test
    @DisplayName("may follow upon each other at once")
    void follow() {
        var tenures = ContendedWorkload.tenures(List.of(held(31, 40), held(10, 31)));

        assertThatCode(() -> ContendedWorkload.checkApart(tenures)).doesNotThrowAnyException();
    }
}
