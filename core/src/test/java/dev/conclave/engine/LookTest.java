package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a look that is kept at a subject")
class LookTest {
    private final Rig rig = new Rig();

    /** Counts its looks, and has something to do with what it sees. */
    private final class Counting extends Look<Integer> {
        private final Runnable then;
        private int looks;

        Counting(Runnable then) {
            super(rig.engine, new Watches(), new Subject.Group("workers"));
            this.then = then;
        }

        @Override
        protected CompletableFuture<Integer> look() {
            return CompletableFuture.completedFuture(++looks);
        }

        @Override
        protected void seen(Integer result) {
            then.run();
        }
    }

    @Test
    @DisplayName("goes on although what it saw cannot be dealt with")
    void goesOn() {
        Counting look = new Counting(() -> {
            throw new StackOverflowError("too much to see");
        });
        look.start();
        assertThat(look.looks).isEqualTo(1);
        look.again();
        rig.time.runDue();
        assertThat(look.looks).as("after a signal").isEqualTo(2);
        rig.time.advance(Duration.ofMinutes(1));
        assertThat(look.looks).as("by itself").isEqualTo(3);
    }
}
