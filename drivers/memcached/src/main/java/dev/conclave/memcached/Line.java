package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way to the server and back, full duplex: who asks writes, unless somebody else is just writing, who then writes it too; one
 * thread reads the answers, in order, and connects. So an asking thread waits for nobody, and those of many threads share a system
 * call and a round trip.
 *
 * <p>A write could block, and with it its caller, only if more is under way than the kernel takes: so no more is under way at a
 * time than {@link #WINDOW}, and what is beyond is written by the reading thread when answers come.
 */
final class Line {
    private static final int WINDOW = 64 * 1024;
    private static final int CHUNK = 16 * 1024;
    /** One that broke sooner tells nobody to look again at once: they would come back without end. */
    private static final long SETTLED_NANOS = 100_000_000;

    private final Queue<Batch> backlog = new ConcurrentLinkedQueue<>();
    /** In the order of writing; added to under {@link #writing}, taken from by the reading thread. */
    private final Queue<Batch> sent = new ConcurrentLinkedQueue<>();

    private final AtomicInteger underWay = new AtomicInteger();
    private final ReentrantLock writing = new ReentrantLock();
    private byte[] buffer = new byte[CHUNK];

    private final Login login;
    private final Endpoint endpoint;
    private final Runnable lookAgain;
    private final long timeoutNanos;
    private final Thread thread;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile Login.@Nullable Established open;
    private volatile Instance instance;
    private volatile boolean closed;

    /** @param lookAgain run when a connection was lost and when one has come back, on the reading thread */
    Line(String member, Login.Established first, Login login, Endpoint endpoint, Runnable lookAgain) {
        this.login = login;
        this.endpoint = endpoint;
        this.lookAgain = lookAgain;
        this.instance = first.instance();
        this.timeoutNanos = endpoint.timeout().toNanos();
        thread = new Thread(() -> run(first), "conclave-memcached-" + member);
        thread.setDaemon(true);
        thread.start();
    }

    /** The run of the server that was connected to last. */
    Instance instance() {
        return instance;
    }

    CompletableFuture<Batch.Answers> submit(Batch batch) {
        backlog.add(batch);
        pump();
        Login.Established established = open;
        if (established == null) {
            LockSupport.unpark(thread);
            if (closed) {
                fail(backlog, Integer.MAX_VALUE, closed());
            }
        } else if (!isPatient()) {
            established.wire().reset(); // also frees a thread that is stuck in writing
        }
        return batch.answers();
    }

    private void pump() {
        while (!backlog.isEmpty() && underWay.get() < WINDOW && writing.tryLock()) {
            List<Batch> outdated = new ArrayList<>();
            try {
                Login.Established established = open;
                if (established == null) {
                    return;
                }
                writeSome(established, outdated);
            } finally {
                writing.unlock();
            }
            outdated.forEach(Batch::outdated);
        }
    }

    private void writeSome(Login.Established to, List<Batch> outdated) {
        int length = 0;
        long now = System.nanoTime();
        while (length < CHUNK && underWay.get() < WINDOW) {
            Batch next = backlog.poll();
            if (next == null) {
                break;
            }
            if (!next.isFor(to.instance())) {
                outdated.add(next);
                continue;
            }
            byte[] encoded = next.encoded();
            if (length + encoded.length > buffer.length) {
                buffer = Arrays.copyOf(buffer, length + Math.max(encoded.length, CHUNK));
            }
            System.arraycopy(encoded, 0, buffer, length, encoded.length);
            length += encoded.length;
            underWay.addAndGet(encoded.length);
            next.sentAt(now);
            sent.add(next);
        }
        if (length > 0) {
            try {
                to.wire().write(buffer, length);
            } catch (IOException e) {
                to.wire().reset(); // the reading thread finds out, and tells all
            }
        }
        if (buffer.length > 4 * CHUNK) {
            buffer = new byte[CHUNK];
        }
    }

    private void run(Login.Established first) {
        try {
            Login.Established next = first;
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
                next.wire().reset();
            }
        } finally {
            closed = true;
            fail(backlog, Integer.MAX_VALUE, closed());
            ended.complete(null);
        }
    }

    /** An attempt that fails speaks for those who asked before it; whoever asked meanwhile gets the next one. */
    private Login.@Nullable Established connect() {
        int before = backlog.size(); // while nothing is connected, only this thread takes from it
        try {
            return login.connect();
        } catch (ConclaveException e) {
            fail(backlog, before, e);
            return null;
        }
    }

    /** Until the connection breaks. */
    private void operate(Login.Established established) {
        Wire wire = established.wire();
        wire.waitWhile(this::isPatient);
        Throwable reason;
        try {
            begin(established);
            lookAgain.run();
            while (true) {
                answer(established);
            }
        } catch (IOException | RuntimeException | Error e) {
            reason = e; // an error must not leave anybody waiting either
        }
        boolean settled = wire.ageNanos() > SETTLED_NANOS;
        List<Batch> unanswered = end(wire);
        BackendUnavailableException failure = closed ? closed() : endpoint.broken(reason);
        unanswered.forEach(batch -> batch.fail(failure));
        if (settled && !closed) {
            lookAgain.run();
        }
    }

    private void begin(Login.Established established) {
        writing.lock();
        try {
            open = established;
            instance = established.instance();
        } finally {
            writing.unlock();
        }
        if (closed) {
            established.wire().reset();
        }
        pump();
    }

    private List<Batch> end(Wire wire) {
        wire.reset();
        writing.lock();
        try {
            open = null;
            List<Batch> unanswered = new ArrayList<>(sent);
            sent.clear();
            underWay.set(0);
            return unanswered;
        } finally {
            writing.unlock();
        }
    }

    /** Reads all answers to one batch; it stays among those sent until the last has come. */
    private void answer(Login.Established from) throws IOException {
        Reply first = from.wire().read();
        Batch batch = sent.peek();
        if (batch == null) {
            throw new Wire.StrangeAnswer(first.line());
        }
        List<Reply> replies = new ArrayList<>(batch.count());
        @Nullable Reply error = null;
        for (Reply reply = first; ; reply = from.wire().read()) {
            replies.add(reply);
            if (reply.isError()) {
                error = error == null ? reply : error;
                if (!reply.isServersTrouble()) {
                    break; // who knows what the next lines answer
                }
            }
            if (replies.size() == batch.count()) {
                break;
            }
        }
        sent.poll();
        underWay.addAndGet(-batch.encoded().length);
        if (error == null) {
            batch.answer(from.instance(), replies);
        } else {
            batch.fail(refused(error));
            if (!error.isServersTrouble()) {
                throw new Wire.StrangeAnswer(error.line());
            }
        }
        pump();
    }

    private ConclaveException refused(Reply error) {
        if (error.isServersTrouble()) {
            return new BackendUnavailableException(
                    endpoint.where() + " cannot store or tell at present; it will be tried again: " + error.line()
                            + "; if its memory is full, give it more (-m)",
                    null);
        }
        return new MisconfiguredException(endpoint.where() + " does not understand what every memcached 1.6 does: "
                + error.line() + "; is there a proxy before it?");
    }

    /** Whether the oldest question has not been waiting for too long. */
    private boolean isPatient() {
        Batch oldest = sent.peek();
        return oldest == null || System.nanoTime() - oldest.sentNanos() < timeoutNanos;
    }

    private static void fail(Queue<Batch> queue, int atMost, ConclaveException failure) {
        for (int i = 0; i < atMost; i++) {
            Batch next = queue.poll();
            if (next == null) {
                return;
            }
            next.fail(failure);
        }
    }

    private BackendUnavailableException closed() {
        return new BackendUnavailableException("the connection to memcached was closed", null);
    }

    /** Ends the thread; what is under way fails. */
    CompletableFuture<Void> close() {
        closed = true;
        Login.Established established = open;
        if (established != null) {
            established.wire().reset();
        }
        LockSupport.unpark(thread);
        return ended;
    }
}
