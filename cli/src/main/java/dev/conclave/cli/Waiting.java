package dev.conclave.cli;

import dev.conclave.ConclaveException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** A wait that may be long, and says on a terminal what it waits for. */
final class Waiting {
    /** Most waits are shorter, and nobody wants to read of them. */
    private static final Duration SILENCE = Duration.ofMillis(400);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** What is waited for. */
    interface Wanted<T> {
        /** The result, or empty if it was not there in time. */
        Optional<T> within(Duration patience) throws InterruptedException;

        /** Who is in the way now. */
        String obstacle() throws InterruptedException;
    }

    private final Context context;
    private String told = "";

    Waiting(Context context) {
        this.context = context;
    }

    <T> T until(Wanted<T> wanted) throws InterruptedException {
        Optional<T> result = wanted.within(SILENCE);
        if (result.isPresent()) {
            return result.get();
        }
        boolean tells = context.settings().verbose() || context.console().errIsTerminal();
        while (true) {
            if (tells) {
                tell(wanted);
            }
            result = wanted.within(LOOK_AGAIN);
            if (result.isPresent()) {
                return result.get();
            }
        }
    }

    private void tell(Wanted<?> wanted) throws InterruptedException {
        String obstacle;
        try {
            obstacle = wanted.obstacle();
        } catch (ConclaveException e) {
            // The wait goes on through an outage, and so does the telling of it.
            obstacle = "waiting although the backend cannot be asked: " + e.getMessage();
        }
        if (!obstacle.equals(told)) {
            told = obstacle;
            context.tell(obstacle);
        }
    }

    /** A time of day as the reader's clock shows it. */
    static String clock(Instant instant) {
        return LocalTime.ofInstant(instant, ZoneId.systemDefault())
                .truncatedTo(ChronoUnit.SECONDS)
                .format(java.time.format.DateTimeFormatter.ISO_LOCAL_TIME);
    }
}
