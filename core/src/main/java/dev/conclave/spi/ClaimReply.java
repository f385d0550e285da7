package dev.conclave.spi;

import java.time.Duration;

/** What came of {@link Driver#claim}. */
public sealed interface ClaimReply {
    /**
     * The request is granted, now or by an earlier call with the same id.
     *
     * @param token greater than that of every earlier claim on the key
     */
    record Granted(long token) implements ClaimReply {}

    /**
     * The request stands in the queue. The driver signals {@link Subject.Request} when asking again may
     * help; since signals can be lost, the engine asks again after {@code lookAgain} in any case.
     *
     * @param lookAgain the driver's advice, by what a lost signal would cost and what asking does
     */
    record Waiting(Duration lookAgain) implements ClaimReply {}

    /** The request is refused and leaves nothing behind; only where it was not to queue. */
    record Busy() implements ClaimReply {}

    /** The session that asks does not exist (any more). */
    record NoSession() implements ClaimReply {}
}
