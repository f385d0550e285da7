package dev.conclave.spi.support;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to a server that answers in the order of the questions, and back, full duplex: who asks writes, unless somebody else is just
 * writing, who then writes it too; one thread reads the answers, in order: an own one, which also connects, or one that was
 * {@linkplain dev.conclave.spi.Driver#lend lent}. So an asking thread waits for nobody, and those of many threads share a system call
 * and a round trip.
 *
 * <p>A write could block, and with it its caller, only if more is under way than the kernel takes: so no more is under way at a
 * time than {@link #WINDOW}, and what is beyond is written by the thread that reads when answers come.
 *
 * @param <Q> what is asked
 * @param <C> what it is asked on
 */
public final class Duplex<Q extends Duplex.Question, C extends Duplex.Connection> {
    private static final Logger log = LoggerFactory.getLogger(Duplex.class);

    private static final int WINDOW = 64 * 1024;
    private static final int BATCH = 16 * 1024;
    /** One that broke sooner tells nobody to look again at once: they would come back without end. */
    private static final long SETTLED_NANOS = 100_000_000;
    /** How long a lent thread waits for something to read, and twice that how long it reads at most. */
    private static final int LENT_MILLIS = 1;

    /** What is asked first on the connection that stands, of what is not sent yet; changed under {@link #writing}. */
    private final Queue<Q> greeting = new ConcurrentLinkedQueue<>();

    private final Queue<Q> backlog = new ConcurrentLinkedQueue<>();
    /** In the order of writing; added to under {@link #writing}, taken from by the thread that reads. */
    private final Queue<Q> sent = new ConcurrentLinkedQueue<>();

    private final Reading reading = new Reading();
    private final AtomicInteger underWay = new AtomicInteger();
    private final ReentrantLock writing = new ReentrantLock();
    private byte[] buffer = new byte[BATCH];

    private final String threadName;
    private final Protocol<Q, C> protocol;
    private final long timeoutNanos;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Thread thread;
    private volatile @Nullable C connection;
    private volatile boolean closed;

    /** Something that is asked, and the future of its answer. */
    public interface Question {
        /** As it goes over the wire; the same at each call between its sending and its answer. */
        byte[] encoded();

        /** Notes when it was sent. */
        void sentAt(long nanos);

        /** When it was sent. */
        long sentNanos();

        /** No answer comes any more. */
        void fail(Throwable reason);
    }

    /** A connection to a server. One thread at a time reads, one at a time writes. */
    public interface Connection {
        /** Sets what is asked from now on, now and then while nothing comes: whether to wait on. */
        void operate(BooleanSupplier whetherPatient);

        /** Writes. */
        void write(byte[] bytes, int length) throws IOException;

        /** Whether something to read comes within so many milliseconds. Takes nothing of it. */
        boolean comes(int millis) throws IOException;

        /** Whether something has come that was not read yet; for the thread that reads. */
        boolean hasSome();

        /** How long it has been open. */
        long ageNanos();

        /** Closes it at once, with a reset; who reads finds out. */
        void reset();
    }

    /**
     * What is particular to a backend. Called on the thread that reads, unless it says otherwise.
     *
     * @param <Q> what is asked
     * @param <C> what it is asked on
     */
    public interface Protocol<Q, C> {
        /** Connects anew; blocks. Fails with a {@link ConclaveException}. */
        C connect();

        /** A connection stands; returns what is to be asked on it before anything else. */
        Collection<Q> opened(C connection);

        /** What comes by itself is told from now on. */
        void operating();

        /** A connection that had stood for a while is broken, and all that was asked on it has failed. */
        void lost();

        /** Reads one answer, for the {@linkplain Duplex#oldest oldest} question, or what came by itself. */
        void read(C connection) throws IOException;

        /** Whether it may be asked on this connection. On any thread, and quickly. */
        default boolean isFor(Q question, C connection) {
            return true;
        }

        /** It was not for the connection that stands, and is not sent. On any thread. */
        default void misdirected(Q question) {}

        /** What those are told whose questions were on a connection that broke. */
        BackendUnavailableException broken(C connection, Throwable reason);

        /** What those are told who ask, or have asked, when all is over. On any thread. */
        BackendUnavailableException closed();
    }

    /** @param timeout how long an answer may take until the connection is given up */
    public Duplex(String threadName, Protocol<Q, C> protocol, Duration timeout) {
        this.threadName = threadName;
        this.protocol = protocol;
        this.timeoutNanos = timeout.toNanos();
    }

    /** Begins; once. */
    public void start(C first) {
        Thread own = new Thread(() -> run(first), threadName);
        own.setDaemon(true);
        thread = own;
        own.start();
    }

    /** Asks. */
    public void submit(Q question) {
        backlog.add(question);
        pump();
        C open = connection;
        if (open == null) {
            LockSupport.unpark(thread);
            if (closed) {
                refuse();
            }
        } else if (!isPatient()) {
            open.reset(); // also frees a thread that is stuck in writing
        }
    }

    /** Whether a connection stands, as far as is known; otherwise what is asked waits for the next attempt, and may fail with it. */
    public boolean isConnected() {
        return connection != null;
    }

    /** The question whose answer comes next; for the thread that reads. */
    public @Nullable Q oldest() {
        return sent.peek();
    }

    /** The oldest question is answered; for the thread that reads. */
    public void answered() {
        Q question = sent.poll();
        if (question != null) {
            underWay.addAndGet(-question.encoded().length);
        }
    }

    private void pump() {
        while (isSomethingToWrite() && underWay.get() < WINDOW && writing.tryLock()) {
            List<Q> misdirected = List.of();
            try {
                C open = connection;
                if (open == null) {
                    return;
                }
                misdirected = writeSome(open);
            } finally {
                writing.unlock();
            }
            misdirected.forEach(protocol::misdirected); // not under the lock: who is told may ask
        }
    }

    private boolean isSomethingToWrite() {
        return !greeting.isEmpty() || !backlog.isEmpty();
    }

    private @Nullable Q nextToWrite() {
        Q first = greeting.poll();
        return first == null ? backlog.poll() : first;
    }

    /** Returns what is not for this connection. */
    private List<Q> writeSome(C open) {
        List<Q> misdirected = new ArrayList<>();
        int length = 0;
        long now = System.nanoTime();
        while (length < BATCH && underWay.get() < WINDOW) {
            Q next = nextToWrite();
            if (next == null) {
                break;
            }
            if (!protocol.isFor(next, open)) {
                misdirected.add(next);
                continue;
            }
            byte[] encoded = next.encoded();
            if (length + encoded.length > buffer.length) {
                buffer = Arrays.copyOf(buffer, length + Math.max(encoded.length, BATCH));
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
        return misdirected;
    }

    private void run(C first) {
        reading.begin();
        try {
            C next = first;
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

    /**
     * An attempt that fails speaks for those who asked before it; whoever asked meanwhile gets the next one. It was connected before, so
     * whatever is wrong now may pass: an address that leads to a replica for a second, a sentinel that was started anew and knows nothing yet.
     * What is not transient would be given up, releases too.
     */
    private @Nullable C connect() {
        int before = backlog.size(); // while nothing is connected, only this thread takes from it
        try {
            return protocol.connect();
        } catch (ConclaveException e) {
            fail(
                    backlog,
                    before,
                    e.isTransient() ? e : new BackendUnavailableException(String.valueOf(e.getMessage()), e));
            return null;
        } catch (RuntimeException | Error e) {
            // A mistake, or a class that is missing, must not end the only thread that connects.
            fail(backlog, before, new BackendUnavailableException(threadName + " cannot connect: " + e, e));
            return null;
        }
    }

    /** Until the connection breaks. */
    private void operate(C open) {
        open.operate(this::isPatient);
        Throwable reason = null;
        try {
            begin(open);
            protocol.operating();
            while (reason == null) {
                protocol.read(open);
                pump();
                if (reading.isWanted() && sent.isEmpty() && !open.hasSome()) {
                    reason = reading.stepBack();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            reason = e; // an error must not leave anybody waiting either
        }
        boolean settled = open.ageNanos() > SETTLED_NANOS;
        List<Q> unanswered = end(open);
        BackendUnavailableException failure = closed ? protocol.closed() : protocol.broken(open, reason);
        unanswered.forEach(question -> question.fail(failure));
        if (settled && !closed) {
            tellLost();
        }
    }

    private void tellLost() {
        try {
            protocol.lost();
        } catch (RuntimeException | Error e) {
            log.error(
                    "{}: whoever is told of a broken connection failed", threadName, e); // and it is still to be mended
        }
    }

    /** See {@link dev.conclave.spi.Driver#lend}. */
    public void lend(BooleanSupplier done) {
        if (connection == null || !reading.enter()) {
            return;
        }
        Throwable failure = null;
        boolean met = false;
        C open = connection; // it cannot change now
        try {
            met = open == null || read(open, done);
        } catch (IOException | RuntimeException | Error e) {
            failure = e; // the own thread tells all, and connects again
            open.reset();
        } finally {
            // Who leaves without what it came for waits for a notification.
            boolean more = !met || (open != null && open.hasSome());
            reading.leave(failure, () -> more || !sent.isEmpty());
        }
    }

    /** Returns whether it is done. */
    private boolean read(C open, BooleanSupplier done) throws IOException {
        long began = System.nanoTime();
        // In a callback that waits while its thread reads, nobody else could read: then it goes on until it is done.
        boolean nested = reading.isNested();
        while (!done.getAsBoolean()) {
            boolean isLong = System.nanoTime() - began >= LENT_MILLIS * 1_000_000L;
            if (Thread.currentThread().isInterrupted() || (isLong && !nested)) {
                return false;
            }
            if (open.comes(LENT_MILLIS)) {
                protocol.read(open);
                pump();
            }
        }
        return true;
    }

    private void begin(C open) {
        writing.lock();
        try {
            // Not into the backlog: somebody may ask just now, and would be ahead.
            greeting.addAll(protocol.opened(open));
            connection = open;
        } finally {
            writing.unlock();
        }
        if (closed) {
            open.reset();
        }
        pump();
    }

    private List<Q> end(C open) {
        open.reset();
        writing.lock();
        try {
            connection = null;
            List<Q> unanswered = new ArrayList<>(sent);
            sent.clear();
            unanswered.addAll(greeting); // it was for this connection
            greeting.clear();
            underWay.set(0);
            return unanswered;
        } finally {
            writing.unlock();
        }
    }

    /** Whether the oldest question has not been waiting for too long. */
    private boolean isPatient() {
        Q oldest = sent.peek();
        return oldest == null || System.nanoTime() - oldest.sentNanos() < timeoutNanos;
    }

    private void refuse() {
        fail(backlog, Integer.MAX_VALUE, protocol.closed());
    }

    private static <Q extends Question> void fail(Queue<Q> queue, int atMost, ConclaveException failure) {
        for (int i = 0; i < atMost; i++) {
            Q next = queue.poll();
            if (next == null) {
                return;
            }
            next.fail(failure);
        }
    }

    /** Ends the thread; what is under way fails. */
    public CompletableFuture<Void> close() {
        closed = true;
        C open = connection;
        if (open != null) {
            open.reset();
        }
        reading.end();
        LockSupport.unpark(thread);
        return ended;
    }
}
