package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * The way to the server and back, full duplex: who asks writes, unless somebody else is just writing, who then writes it too; one
 * thread reads the answers, in order: the line's own, which also connects, or one that was {@linkplain Reading lent}. So an asking thread
 * waits for nobody, and those of many threads share a system call and a round trip.
 *
 * <p>A write could block, and with it its caller, only if more is under way than the kernel takes: so no more is under way at a
 * time than {@link #WINDOW}, and what is beyond is written by the thread that reads when answers come.
 */
final class Line {
    private static final int WINDOW = 64 * 1024;
    private static final int BATCH = 16 * 1024;
    /** One that broke sooner tells nobody to look again at once: they would come back without end. */
    private static final long SETTLED_NANOS = 100_000_000;
    /** How long a lent thread waits for something to read, and twice that how long it reads at most. */
    private static final int LENT_MILLIS = 1;

    private final Queue<Request<?>> backlog = new ConcurrentLinkedQueue<>();
    /** In the order of writing; added to under {@link #writing}, taken from by the thread that reads. */
    private final Queue<Request<?>> sent = new ConcurrentLinkedQueue<>();

    private final Reading reading = new Reading();
    private final AtomicInteger underWay = new AtomicInteger();
    private final ReentrantLock writing = new ReentrantLock();
    private byte[] buffer = new byte[BATCH];

    private final Supplier<Wire> connector;
    private final Listener listener;
    private final Replies replies;
    private final long timeoutNanos;
    private final Thread thread;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Wire wire;
    private volatile boolean closed;

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

    Line(String member, Wire first, Supplier<Wire> connector, Listener listener, Replies replies, long timeoutNanos) {
        this.connector = connector;
        this.listener = listener;
        this.replies = replies;
        this.timeoutNanos = timeoutNanos;
        thread = new Thread(() -> run(first), "conclave-redis-" + member);
        thread.setDaemon(true);
        thread.start();
    }

    <T> CompletableFuture<T> submit(Request<T> request) {
        backlog.add(request);
        pump();
        Wire open = wire;
        if (open == null) {
            LockSupport.unpark(thread);
            if (closed) {
                refuse();
            }
        } else if (!isPatient()) {
            open.reset(); // also frees a thread that is stuck in writing
        }
        return request;
    }

    private void pump() {
        while (!backlog.isEmpty() && underWay.get() < WINDOW && writing.tryLock()) {
            try {
                Wire open = wire;
                if (open == null) {
                    return;
                }
                writeSome(open);
            } finally {
                writing.unlock();
            }
        }
    }

    private void writeSome(Wire open) {
        int length = 0;
        long now = System.nanoTime();
        while (length < BATCH && underWay.get() < WINDOW) {
            Request<?> next = backlog.poll();
            if (next == null) {
                break;
            }
            byte[] encoded = next.encoded();
            if (length + encoded.length > buffer.length) {
                buffer = java.util.Arrays.copyOf(buffer, length + Math.max(encoded.length, BATCH));
            }
            System.arraycopy(encoded, 0, buffer, length, encoded.length);
            length += encoded.length;
            underWay.addAndGet(encoded.length);
            next.sentAt(now);
            sent.add(next);
        }
        if (length > 0) {
            try {
                open.write(buffer, length);
            } catch (IOException e) {
                open.reset(); // who reads finds out
            }
        }
        if (buffer.length > 4 * BATCH) {
            buffer = new byte[BATCH];
        }
    }

    private void run(Wire first) {
        reading.begin();
        try {
            Wire next = first;
            while (!closed) {
                if (next != null) {
                    operate(next);
                }
                while (backlog.isEmpty() && !closed) {
                    LockSupport.park(this);
                }
                next = closed ? null : connect();
            }
            if (next != null) {
                next.reset();
            }
        } finally {
            closed = true;
            refuse();
            ended.complete(null);
        }
    }

    /** An attempt that fails speaks for those who asked before it; whoever asked meanwhile gets the next one. */
    private @Nullable Wire connect() {
        int before = backlog.size(); // while nothing is connected, only this thread takes from it
        try {
            return connector.get();
        } catch (ConclaveException e) {
            fail(backlog, before, e);
            return null;
        }
    }

    /** Until the connection breaks. */
    private void operate(Wire open) {
        open.operate(this::isPatient);
        Throwable reason = null;
        try {
            begin(open);
            listener.connected();
            while (reason == null) {
                answer(open);
                if (reading.isWanted() && sent.isEmpty() && !open.hasSome()) {
                    reason = reading.stepBack();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            reason = e; // an error must not leave anybody waiting either
        }
        boolean settled = open.ageNanos() > SETTLED_NANOS;
        List<Request<?>> unanswered = end(open);
        BackendUnavailableException failure = closed ? closed() : replies.broken(open.host(), reason);
        unanswered.forEach(request -> request.completeExceptionally(failure));
        if (settled && !closed) {
            listener.broken();
        }
    }

    /** See {@link dev.conclave.spi.Driver#lend}. */
    void lend(BooleanSupplier done) {
        if (wire == null || !reading.enter()) {
            return;
        }
        Throwable failure = null;
        boolean met = false;
        Wire open = wire; // it cannot change now
        try {
            met = open == null || read(open, done);
        } catch (IOException | RuntimeException | Error e) {
            failure = e; // the line's own thread tells all, and connects again
            open.reset();
        } finally {
            // Who leaves without what it came for waits for a notification.
            boolean more = !met || (open != null && open.hasSome());
            reading.leave(failure, () -> more || !sent.isEmpty());
        }
    }

    /** Returns whether it is done. */
    private boolean read(Wire open, BooleanSupplier done) throws IOException {
        long began = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted() || System.nanoTime() - began >= LENT_MILLIS * 1_000_000L) {
                return false;
            }
            if (open.comes(LENT_MILLIS)) {
                answer(open);
            }
        }
        return true;
    }

    private void begin(Wire open) {
        writing.lock();
        try {
            List<Request<?>> later = new ArrayList<>();
            for (Request<?> next = backlog.poll(); next != null; next = backlog.poll()) {
                later.add(next);
            }
            backlog.addAll(listener.greeting());
            backlog.addAll(later);
            wire = open;
        } finally {
            writing.unlock();
        }
        if (closed) {
            open.reset();
        }
        pump();
    }

    private List<Request<?>> end(Wire open) {
        open.reset();
        writing.lock();
        try {
            wire = null;
            List<Request<?>> unanswered = new ArrayList<>(sent);
            sent.clear();
            underWay.set(0);
            return unanswered;
        } finally {
            writing.unlock();
        }
    }

    private void answer(Wire open) throws IOException {
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
            backlog.add(request);
        } catch (JedisDataException e) {
            Request<?> request = answered();
            ConclaveException failure = replies.refused(open.host(), e);
            request.completeExceptionally(failure);
            if (replies.isElsewhere(e)) {
                throw e;
            }
        }
        pump();
    }

    private Request<?> answered() {
        Request<?> request = sent.poll();
        if (request == null) {
            throw new IllegalStateException("the server sent an answer that nobody asked for");
        }
        underWay.addAndGet(-request.encoded().length);
        return request;
    }

    private void pushed(List<Object> push) {
        String kind = text(push.get(0));
        switch (kind) {
            case "message", "smessage" -> listener.message(text(push.get(1)), text(push.get(2)));
            case "subscribe", "unsubscribe", "ssubscribe", "sunsubscribe" -> {
                Request<?> request = sent.peek();
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

    /** Whether the oldest question has not been waiting for too long. */
    private boolean isPatient() {
        Request<?> oldest = sent.peek();
        return oldest == null || System.nanoTime() - oldest.sentNanos() < timeoutNanos;
    }

    private void refuse() {
        fail(backlog, Integer.MAX_VALUE, closed());
    }

    private static void fail(Queue<Request<?>> queue, int atMost, ConclaveException failure) {
        for (int i = 0; i < atMost; i++) {
            Request<?> next = queue.poll();
            if (next == null) {
                return;
            }
            next.completeExceptionally(failure);
        }
    }

    private BackendUnavailableException closed() {
        return new BackendUnavailableException("the connection to Redis was closed", null);
    }

    /** Ends the thread; what is under way fails. */
    CompletableFuture<Void> close() {
        closed = true;
        Wire open = wire;
        if (open != null) {
            open.reset();
        }
        reading.end();
        LockSupport.unpark(thread);
        return ended;
    }
}
