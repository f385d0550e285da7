package dev.conclave.etcd;

import dev.conclave.spi.TimeSource;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The way to the servers: one connection to one of them, with one thread for it, on which all answers and events come in order. A
 * connection that fails is reset, whatever was under way on it fails, and the next request takes the next server. Thread-safe.
 */
final class Line {
    /** Before that, what broke is not begun again. */
    static final Duration SETTLED = Duration.ofMillis(100);

    private final Servers servers;
    private final Failures failures;
    private final TimeSource time;
    private final Listener listener;
    private Connection connection;
    private @Nullable WatchStream stream;
    private boolean confirmed = true;
    private volatile int replaced;
    private boolean closed;

    /** Who is told when signals may have been lost; on the thread of the answers. */
    interface Listener {
        /** What was watched is not any more. */
        void broken();

        /** A connection that replaced another one has brought its first answer. */
        void restored();
    }

    Line(Servers servers, Failures failures, Connection first, TimeSource time, Listener listener) {
        this.servers = servers;
        this.failures = failures;
        this.connection = first;
        this.time = time;
        this.listener = listener;
        first.whenLost(() -> replace(first));
    }

    <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
        Connection over = connection();
        if (over == null) {
            return Later.failed(failures.closed());
        }
        CompletableFuture<Metadata> headers = over.headers();
        return over.ask(method, request)
                .exceptionallyCompose(failure -> {
                    // Refused before anything was done: this is not trying again what may have happened.
                    boolean expired = Failures.isExpired(Later.cause(failure)) && over.renounce(headers);
                    return expired ? over.ask(method, request) : Later.failed(failure);
                })
                .thenApply(answer -> {
                    confirm(over);
                    return answer;
                })
                .exceptionallyCompose(failure -> {
                    Status status = Status.fromThrowable(Later.cause(failure));
                    if (servers.areSuspect(status)) {
                        replace(over);
                    }
                    return Later.failed(failures.of(over.host(), status));
                });
    }

    /** How often the connection was replaced: after that, the server may have been another. */
    int replaced() {
        return replaced;
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
            Connection next = servers.next(failed);
            next.whenLost(() -> replace(next));
            connection = next;
            replaced = replaced + 1;
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
        CompletableFuture<Metadata> headers = over.headers();
        return begin(over, headers, watch)
                .exceptionallyCompose(failure -> {
                    boolean refused = Failures.isRefusedWatch(Status.fromThrowable(Later.cause(failure)));
                    return refused && over.renounce(headers)
                            ? begin(over, over.headers(), watch)
                            : Later.failed(failure);
                })
                .exceptionallyCompose(
                        failure -> Later.failed(failures.of(over.host(), Status.fromThrowable(Later.cause(failure)))));
    }

    private CompletableFuture<Void> begin(Connection over, CompletableFuture<Metadata> headers, Watch watch) {
        return headers.thenCompose(known -> stream(over, known).begin(watch));
    }

    private synchronized WatchStream stream(Connection over, Metadata headers) {
        WatchStream present = stream;
        if (present == null || present.isOver() || !present.isOn(over)) {
            present = new WatchStream(over, this::ended);
            present.start(headers);
            stream = present;
        }
        return present;
    }

    private void ended(WatchStream over, Status status) {
        if (servers.areSuspect(status)) {
            replace(over.connection());
        }
        if (over.hasTaken()) {
            // One that broke at once would otherwise be looked at and break again without end.
            Duration pause = over.age().compareTo(SETTLED) < 0 ? SETTLED : Duration.ZERO;
            time.schedule(pause, this::tellBroken);
        }
    }

    private void tellBroken() {
        if (connection() != null) {
            listener.broken();
        }
    }

    /** Resets the connection, which may not be the first any more; the thread goes on. */
    void abandon() {
        Connection last;
        synchronized (this) {
            closed = true;
            last = connection;
        }
        last.reset();
    }

    /** Resets the connection and ends the thread; what is under way fails. */
    CompletableFuture<Void> close() {
        abandon();
        return servers.close();
    }
}
