package dev.conclave.etcd;

import dev.conclave.spi.Target;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection to one server; once it fails it is replaced, and never comes back. Thread-safe. */
final class Connection {
    /** Has a server that knows no leader refuse at once, and end its watches, instead of leaving us without an answer. */
    private static final Metadata.Key<String> HAS_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final Target.Host host;
    private final ManagedChannel channel;
    private final @Nullable AuthenticateRequest credentials;
    private final long timeoutNanos;
    private @Nullable CompletableFuture<Metadata> headers;

    Connection(
            Target.Host host, ManagedChannel channel, @Nullable AuthenticateRequest credentials, Duration callTimeout) {
        this.host = host;
        this.channel = channel;
        this.credentials = credentials;
        this.timeoutNanos = callTimeout.toNanos();
    }

    Target.Host host() {
        return host;
    }

    /**
     * Has this run once the server is no longer connected to. The channel would connect again by itself and say nothing if no request is
     * under way; but what answers then may have lost its data, or have been set back.
     */
    void whenLost(Runnable lost) {
        follow(ConnectivityState.IDLE, lost);
    }

    private void follow(ConnectivityState known, Runnable lost) {
        channel.notifyWhenStateChanged(known, () -> {
            ConnectivityState now = channel.getState(false);
            if (known == ConnectivityState.READY && now != ConnectivityState.READY) {
                lost.run();
            } else if (now != ConnectivityState.SHUTDOWN) {
                follow(now, lost);
            }
        });
    }

    /** What goes with each request; with a user, that is asked of the server once. */
    synchronized CompletableFuture<Metadata> headers() {
        CompletableFuture<Metadata> known = headers;
        if (known == null || known.isCompletedExceptionally()) {
            known = credentials == null
                    ? Later.done(withLeader())
                    : send(AuthGrpc.getAuthenticateMethod(), credentials, new Metadata())
                            .thenApply(answer -> {
                                Metadata authenticated = withLeader();
                                authenticated.put(TOKEN, answer.getToken());
                                return authenticated;
                            });
            headers = known;
        }
        return known;
    }

    private static Metadata withLeader() {
        Metadata headers = new Metadata();
        headers.put(HAS_LEADER, "true");
        return headers;
    }

    /** The server no longer knows the user by these. */
    synchronized boolean renounce(CompletableFuture<Metadata> expired) {
        if (headers == expired) {
            headers = null;
        }
        return credentials != null;
    }

    <Q, A> CompletableFuture<A> ask(MethodDescriptor<Q, A> method, Q request) {
        CompletableFuture<Metadata> with = headers();
        return with.isDone() && !with.isCompletedExceptionally()
                ? send(method, request, with.join())
                : with.thenCompose(known -> send(method, request, known));
    }

    private <Q, A> CompletableFuture<A> send(MethodDescriptor<Q, A> method, Q request, Metadata headers) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS);
        ClientCall<Q, A> call = channel.newCall(method, options);
        Answer<A> answer = new Answer<>();
        call.start(answer, copy(headers));
        call.request(2); // one, and to be told at once that there is no other
        call.sendMessage(request);
        call.halfClose();
        return answer.future;
    }

    /** A stream of requests and answers, which has no deadline. */
    <Q, A> ClientCall<Q, A> open(MethodDescriptor<Q, A> method, ClientCall.Listener<A> listener, Metadata headers) {
        ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(listener, copy(headers));
        return call;
    }

    /** A call keeps and changes what it is given. */
    private static Metadata copy(Metadata headers) {
        Metadata copy = new Metadata();
        copy.merge(headers);
        return copy;
    }

    /** Ends what is under way and resets the connection. */
    void reset() {
        channel.shutdownNow();
    }

    /** The one answer to a request. */
    private static final class Answer<A> extends ClientCall.Listener<A> {
        final CompletableFuture<A> future = new CompletableFuture<>();
        private @Nullable A message;

        @Override
        public void onMessage(A received) {
            message = received;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk() && message != null) {
                future.complete(message);
            } else {
                Status failure = status.isOk() ? Status.INTERNAL.withDescription("the answer is empty") : status;
                future.completeExceptionally(failure.asRuntimeException());
            }
        }
    }
}
