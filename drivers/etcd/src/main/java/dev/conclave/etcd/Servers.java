package dev.conclave.etcd;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Tls;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The servers that a target names, and how each is connected to. One thread for all of a coordinator's connections. Thread-safe. */
final class Servers {
    private static final int DEFAULT_PORT = 2379;

    private final List<Target.Host> hosts;
    private final Duration callTimeout;
    private final @Nullable SslContext tls;
    private final @Nullable AuthenticateRequest credentials;
    private final EventLoopGroup thread;

    Servers(Target target, String member, Duration callTimeout) {
        this.hosts = hosts(target);
        this.callTimeout = callTimeout;
        this.tls = tls(target);
        this.credentials = credentials(target);
        this.thread = new NioEventLoopGroup(1, new DefaultThreadFactory("conclave-etcd-" + member, true));
    }

    private static List<Target.Host> hosts(Target target) {
        if (target.hosts().isEmpty()) {
            throw new MisconfiguredException("the URL " + target + " names no host; write etcd://localhost:2379");
        }
        List<Target.Host> hosts = new ArrayList<>();
        for (Target.Host host : target.hosts()) {
            hosts.add(host.port() < 0 ? new Target.Host(host.name(), DEFAULT_PORT) : host);
        }
        return List.copyOf(hosts);
    }

    private static @Nullable AuthenticateRequest credentials(Target target) {
        if (target.user().isPresent() != target.password().isPresent()) {
            throw new MisconfiguredException("the URL " + target
                    + " has a user or a password without the other; write etcd://user:password@host");
        }
        Optional<String> user = target.user();
        return user.isEmpty()
                ? null
                : AuthenticateRequest.newBuilder()
                        .setName(user.get())
                        .setPassword(target.password().orElseThrow())
                        .build();
    }

    private static @Nullable SslContext tls(Target target) {
        boolean files = target.option("tls-ca").isPresent()
                || target.option("tls-certificate").isPresent()
                || target.option("tls-key").isPresent();
        if (!target.flag("tls").orElse(files)) {
            if (files) {
                throw new MisconfiguredException("option tls=false contradicts the other tls options of " + target);
            }
            return null;
        }
        ApplicationProtocolConfig http2 = new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                "h2");
        return new JdkSslContext(
                Tls.context(target),
                true,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                http2,
                ClientAuth.NONE,
                null,
                false);
    }

    List<Target.Host> hosts() {
        return hosts;
    }

    boolean isEncrypted() {
        return tls != null;
    }

    /** A connection to a server, which is made when it is first used. */
    Connection to(Target.Host host) {
        return to(host, callTimeout);
    }

    Connection to(Target.Host host, Duration patience) {
        NettyChannelBuilder builder = isAddress(host)
                ? NettyChannelBuilder.forAddress(new InetSocketAddress(host.name(), host.port()))
                : NettyChannelBuilder.forAddress(host.name(), host.port());
        int connectMillis = (int) Math.max(1, patience.toMillis());
        builder.eventLoopGroup(thread)
                .channelType(NioSocketChannel.class)
                // Whatever of a connection that is given up the kernel still has is not to arrive minutes later.
                .withOption(ChannelOption.SO_LINGER, 0)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .directExecutor()
                .disableRetry()
                .disableServiceConfigLookUp()
                .proxyDetector(address -> null)
                .maxInboundMessageSize(Integer.MAX_VALUE);
        if (tls == null) {
            builder.usePlaintext();
        } else {
            builder.sslContext(tls);
        }
        return new Connection(host, builder.build(), credentials, patience);
    }

    private static boolean isAddress(Target.Host host) {
        return host.name().indexOf(':') >= 0 || host.name().matches("[0-9.]+");
    }

    /** A connection in place of one that failed: to the next server, or to the same one if it is the only one. */
    Connection next(Connection failed) {
        return to(hosts.get((hosts.indexOf(failed.host()) + 1) % hosts.size()));
    }

    /** Whether another connection may be better. A server that tells its trouble is not left for itself. */
    boolean areSuspect(Status status) {
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, CANCELLED -> true;
            case UNAVAILABLE -> hosts.size() > 1 || !Failures.isTold(status);
            default -> false;
        };
    }

    /** As {@link #close}, for whom nobody waits. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void discard() {
        close();
    }

    CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        thread.shutdownGracefully(0, callTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .addListener(done -> closed.complete(null));
        return closed;
    }
}
