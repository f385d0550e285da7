package dev.conclave.faults.nemesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.conclave.kit.process.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a member's wall clock")
class FakeTimeTest {
    private static final int WAITS = 20;
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    @Test
    @DisplayName(
            "jumps forth and back, while the monotonic clock runs on as everybody's, and timed waits last as long as they should")
    void jumps(@TempDir Path folder) throws Exception {
        FakeTime clock = FakeTime.in(folder, "ada").orElse(null);
        assumeThat(clock).as("libfaketime is installed").isNotNull();
        ProcessBuilder builder = JavaCommand.of(Clocks.class).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(clock.environment());
        Process process = builder.start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (long seconds : new long[] {0, 3_600, -86_400, 0}) {
                clock.set(seconds);
                Reading reading = ask(process, lines);

                assertThat(reading.wallAhead).isBetween(seconds - 30, seconds + 30);
                assertThat(reading.monotonic).isBetween(reading.askedAt, System.nanoTime());
                assertThat(reading.tooShort).as("waits that ended early").isLessThan(WAITS / 2);
            }
        } finally {
            process.destroyForcibly().waitFor();
            FakeTime.forget(process.pid());
        }
    }

    /** What a process said of its clocks. */
    private record Reading(long askedAt, long wallAhead, long monotonic, int tooShort) {}

    private static Reading ask(Process process, BufferedReader lines) throws IOException {
        long askedAt = System.nanoTime();
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        String[] words = lines.readLine().split(" ", -1);
        long wall = Long.parseLong(words[0]);
        return new Reading(
                askedAt,
                TimeUnit.MILLISECONDS.toSeconds(wall - System.currentTimeMillis()),
                Long.parseLong(words[1]),
                Integer.parseInt(words[2]));
    }

    /** Says what its clocks are whenever it is asked. */
    static final class Clocks {
        private Clocks() {}

        public static void main(String[] args) throws IOException {
            while (System.in.read() >= 0) {
                int tooShort = 0;
                for (int i = 0; i < WAITS; i++) {
                    long start = System.nanoTime();
                    LockSupport.parkNanos(WAIT_NANOS);
                    tooShort += System.nanoTime() - start < WAIT_NANOS ? 1 : 0;
                }
                System.out.println(System.currentTimeMillis() + " " + System.nanoTime() + " " + tooShort);
            }
        }
    }
}
