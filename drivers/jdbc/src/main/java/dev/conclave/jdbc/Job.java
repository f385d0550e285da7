package dev.conclave.jdbc;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/** Something asked of the server, which waits for its connection to be free. */
public sealed interface Job {
    /** To be completed. */
    CompletableFuture<?> reply();

    /** A claim; goes out together with others. */
    record Claim(ClaimRequest request, CompletableFuture<ClaimReply> reply) implements Job {}

    /** A release; goes out together with others. */
    record Release(ClaimId claim, CompletableFuture<Released> reply) implements Job {}

    /** Any other step. */
    record Ask<T>(String what, boolean looking, Question<T> question, CompletableFuture<T> reply) implements Job {
        /** Asks, and completes the reply unless that fails. */
        void answer(Statements statements) throws SQLException {
            reply.complete(question.ask(statements));
        }
    }

    /** One round trip, or a few that belong together. */
    @FunctionalInterface
    interface Question<T> {
        /** The answer. */
        T ask(Statements statements) throws SQLException;
    }
}
