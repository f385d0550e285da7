package dev.conclave.etcd;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.KitTime;
import dev.conclave.servers.EtcdServer;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.spi.Target;
import io.etcd.jetcd.api.WatchGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A stream of watches that is refused")
class RefusedWatchTest {
    private static final SessionId ADA = session("ada", 'a');
    private static final SessionId BOB = session("bob", 'b');

    /** Passes everything on, but ends each stream of watches at once, if told to. */
    private static final class RefusingChannel extends ManagedChannel {
        private final ManagedChannel channel;
        volatile boolean refusing;

        RefusingChannel(ManagedChannel channel) {
            this.channel = channel;
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            boolean refused = refusing
                    && method.getFullMethodName()
                            .equals(WatchGrpc.getWatchMethod().getFullMethodName());
            return refused ? new Refused<>() : channel.newCall(method, options);
        }

        @Override
        public ConnectivityState getState(boolean connect) {
            return channel.getState(connect);
        }

        @Override
        public void notifyWhenStateChanged(ConnectivityState known, Runnable told) {
            channel.notifyWhenStateChanged(known, told);
        }

        @Override
        public ManagedChannel shutdown() {
            return channel.shutdown();
        }

        @Override
        public ManagedChannel shutdownNow() {
            return channel.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return channel.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return channel.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return channel.awaitTermination(timeout, unit);
        }

        @Override
        public String authority() {
            return channel.authority();
        }
    }

    /** Ends when it is first written to. */
    private static final class Refused<Q, A> extends ClientCall<Q, A> {
        private @Nullable Listener<A> listener;

        @Override
        public void start(Listener<A> told, Metadata headers) {
            listener = told;
        }

        @Override
        public void sendMessage(Q message) {
            if (listener != null) {
                listener.onClose(Status.RESOURCE_EXHAUSTED.withDescription("too many streams"), new Metadata());
            }
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String why, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}
    }

    @Test
    @DisplayName("has who waits look again soon, since nothing would tell it")
    void waiter() throws Exception {
        Set<Subject> signals = ConcurrentHashMap.newKeySet();
        try (EtcdServer server = EtcdServer.start();
                KitTime time = new KitTime()) {
            Target target = Target.parse("etcd://" + server.authority(), Map.of(), new EtcdDriverProvider().options());
            Servers servers = new Servers(target, "test", Duration.ofSeconds(5));
            RefusingChannel channel = new RefusingChannel(NettyChannelBuilder.forTarget(server.authority())
                    .usePlaintext()
                    .directExecutor()
                    .build());
            Connection connection = new Connection(servers.hosts().get(0), channel, null, Duration.ofSeconds(5));
            Line.Listener nobody = new Line.Listener() {
                @Override
                public void broken() {}

                @Override
                public void restored() {}
            };
            Failures failures = new Failures("test", false, Duration.ofSeconds(5));
            Line line = new Line(servers, failures, connection, time, nobody);
            Store store = new Store(line, new Keys("", "conclave"), time, () -> {});
            Sessions sessions = new Sessions(store, signals::add);
            Claims claims = new Claims(store, sessions, signals::add, time);
            get(sessions.open(ADA, Duration.ofMinutes(1)));
            get(sessions.open(BOB, Duration.ofMinutes(1)));
            get(claims.claim(new ClaimRequest(claimId(ADA, "x", 1), false, true, "")));
            // The stream of the sessions stands; the next connection's has nothing on it yet.
            Line other = new Line(
                    servers,
                    failures,
                    new Connection(servers.hosts().get(0), channel, null, Duration.ofSeconds(5)),
                    time,
                    nobody);
            Store others = new Store(other, new Keys("", "conclave"), time, () -> {});
            Claims waiting = new Claims(others, sessions, signals::add, time);
            channel.refusing = true;

            assertThat(get(waiting.claim(new ClaimRequest(claimId(BOB, "x", 2), false, true, ""))))
                    .isInstanceOf(ClaimReply.Waiting.class);

            Await.until("the waiter to be told", () -> signals.contains(new Subject.Request(claimId(BOB, "x", 2))));
            get(line.close());
        }
    }
}
