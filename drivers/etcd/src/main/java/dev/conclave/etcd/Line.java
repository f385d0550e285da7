package dev.conclave.etcd;

import dev.conclave.BackendUnavailableException;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way to the servers: one connection to one of them, with one thread for it, on which all answers and events come in order. A
 * connection that fails is reset, whatever was under way on it fails, and the next request takes the next server. Thread-safe.
 */
final class Line {
    private final Servers servers;
    private final Failures failures;
    private final Listener listener;
    private Connection connection;
    private @Nullable WatchStream stream;
    private boolean confirmed = true;
    private boolean closed;

    /** Who is told when signals may have been lost; on the thread of the answers. */
    interface Listener {
        /** What was watched is not any more. */
        void broken();

        /** A connection that replaced another one has brought its first answer. */
        void restored();
    }

    Line(Servers servers, Failures failures, Connection first, Listener listener) {
        this.servers = servers;
        this.failures = failures;
        this.connection = first;
        this.listener = listener;
    }

    <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
        Connection over = connection();
        if (over == null) {
            return Later.failed(failures.closed());
        }
        CompletableFuture<?> headers = over.headers();
        return over.ask(method, request)
                .exceptionallyCompose(failure -> {
                    // Refused before anything was done: this is not trying again what may have happened.
                    boolean expired = Failures.isExpired(Later.cause(failure)) && over.renounce(cast(headers));
                    return expired ? over.ask(method, request) : Later.failed(failure);
                })
                .handle((answer, failure) -> {
                    if (failure == null) {
                        confirm(over);
                        return Later.done(answer);
                    }
                    Status status = Status.fromThrowable(Later.cause(failure));
                    if (servers.areSuspect(status)) {
                        replace(over);
                    }
                    return Later.<A>failed(failures.of(over.host(), status));
                })
                .thenCompose(outcome -> outcome);
    }

    @SuppressWarnings("unchecked")
    private static <T> CompletableFuture<T> cast(CompletableFuture<?> future) {
        return (CompletableFuture<T>) future;
    }

    private synchronized @Nullable Connection connection() {
        return closed ? null : connection;
    }

    private void confirm(Connection over) {
        synchronized (this) {
            if (confirmed || over != connection) {
                return;
            }
            confirmed = true;
        }
        listener.restored();
    }

    private void replace(Connection failed) {
        synchronized (this) {
            if (closed || connection != failed) {
                return;
            }
            connection = servers.next(failed);
            confirmed = false;
        }
        failed.reset();
    }

    /**
     * Watches from the watch's revision on, over the present connection.
     *
     * @return completes when the server has taken it up
     */
    CompletableFuture<Void> watch(Watch watch) {
        Connection over = connection();
        if (over == null) {
            return Later.failed(failures.closed());
        }
        return over.headers()
                .thenCompose(headers -> stream(over, headers).begin(watch))
                .exceptionallyCompose(failure -> {
                    Throwable cause = Later.cause(failure);
                    return Later.failed(
                            cause instanceof BackendUnavailableException
                                    ? cause
                                    : failures.of(over.host(), Status.fromThrowable(cause)));
                });
    }

    private synchronized WatchStream stream(Connection over, io.grpc.Metadata headers) {
        WatchStream present = stream;
        if (present == null || present.isOver() || !present.isOn(over)) {
            present = new WatchStream(over, this::ended);
            present.start(headers);
            stream = present;
        }
        return present;
    }

    private void ended(WatchStream over, Status status, boolean settled) {
        if (Failures.isRefusedWatch(status)) {
            over.connection().renounce(cast(over.connection().headers()));
        } else if (servers.areSuspect(status)) {
            replace(over.connection());
        }
        boolean tell;
        synchronized (this) {
            tell = settled && !closed;
        }
        if (tell) {
            listener.broken();
        }
    }

    /** Resets the connection and ends the thread; what is under way fails. */
    CompletableFuture<Void> close() {
        Connection last;
        synchronized (this) {
            closed = true;
            last = connection;
        }
        last.reset();
        return servers.close();
    }
}
