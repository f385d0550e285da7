package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.spi.support.Duplex;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** The way to the server and back; what the server pushes comes between the answers. */
final class Line implements Duplex.Protocol<Request<?>, Wire> {
    private final Duplex<Request<?>, Wire> duplex;
    private final Servers servers;
    private final Listener listener;
    private final Replies replies;
    /** What was asked first on the connection that stands; a connection on which that is refused is not used. */
    private volatile List<Request<?>> greeting = List.of();

    /** Who is told what comes by itself; on the thread that reads. */
    interface Listener {
        /** Before anything else is sent on a new connection. */
        List<Request<?>> greeting();

        /** A connection stands. */
        void connected();

        /** A connection that stood is broken. */
        void broken();

        void message(String channel, String message);
    }

    Line(String member, Wire first, Servers servers, Listener listener, Duration timeout) {
        this.servers = servers;
        this.listener = listener;
        this.replies = servers.replies();
        this.duplex = new Duplex<>("conclave-redis-" + member, this, timeout);
        duplex.start(first);
    }

    <T> CompletableFuture<T> submit(Request<T> request) {
        duplex.submit(request);
        return request;
    }

    /** See {@link dev.conclave.spi.Driver#lend}. */
    void lend(BooleanSupplier done) {
        duplex.lend(done);
    }

    /** Ends the thread; what is under way fails. */
    CompletableFuture<Void> close() {
        return duplex.close();
    }

    @Override
    public Wire connect() {
        return servers.connect();
    }

    @Override
    public Collection<Request<?>> opened(Wire connection) {
        greeting = listener.greeting();
        return greeting;
    }

    @Override
    public void operating() {
        listener.connected();
    }

    @Override
    public void lost() {
        listener.broken();
    }

    @Override
    public void read(Wire open) throws IOException {
        try {
            Object reply = open.read();
            if (reply instanceof Wire.Push push) {
                pushed(push.content());
            } else {
                answered().answer(reply);
            }
        } catch (JedisNoScriptException e) {
            Request<?> request = answered();
            request.spellOut();
            duplex.submit(request);
        } catch (JedisDataException e) {
            Request<?> request = answered();
            ConclaveException failure = replies.refused(open.host(), e);
            request.completeExceptionally(failure);
            if (replies.isElsewhere(e)) {
                servers.misled();
                throw e;
            }
            if (greeting.contains(request)) {
                throw e;
            }
        }
    }

    private Request<?> answered() {
        Request<?> request = duplex.oldest();
        if (request == null) {
            throw new IllegalStateException("the server sent an answer that nobody asked for");
        }
        duplex.answered();
        return request;
    }

    private void pushed(List<Object> push) {
        String kind = text(push.get(0));
        switch (kind) {
            case "message", "smessage" -> listener.message(text(push.get(1)), text(push.get(2)));
            case "subscribe", "unsubscribe", "ssubscribe", "sunsubscribe" -> {
                Request<?> request = duplex.oldest();
                if (request == null || !request.isSubscription()) {
                    throw new IllegalStateException("the server ended a subscription by itself"); // the slot has moved
                }
                answered().answer(push);
            }
            default -> {
                // Nothing that was asked for.
            }
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public BackendUnavailableException broken(Wire connection, Throwable reason) {
        return replies.broken(connection.host(), reason);
    }

    @Override
    public BackendUnavailableException closed() {
        return new BackendUnavailableException("the connection to Redis was closed", null);
    }
}
