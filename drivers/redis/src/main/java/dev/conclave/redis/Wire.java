package dev.conclave.redis;

import dev.conclave.spi.Target;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumer;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushMessage;
import redis.clients.jedis.util.RedisInputStream;

/** One connection to one server. One thread at a time reads, one at a time writes. */
final class Wire {
    private final Target.Host host;
    private final Socket socket;
    private final OutputStream out;
    private final Input in;
    private final int ownTimeout;
    private int timeout;
    private final long establishedNanos = System.nanoTime();
    /** Whether the first byte is waited for: a time-out then loses nothing. */
    private boolean awaited;

    private volatile BooleanSupplier patient = () -> false;
    private @Nullable Push push;

    /** A notification, or the answer to a subscription. */
    record Push(List<Object> content) {}

    private final PushConsumerChain chain = new PushConsumerChain() {
        @Override
        public PushMessage process(PushMessage message) {
            push = new Push(message.getContent());
            return message; // the reader returns, and does not wait for an answer that nobody may have asked for
        }

        @Override
        public List<PushConsumer> getConsumers() {
            return List.of();
        }
    };

    Wire(Target.Host host, Socket connected, Socket secured, Duration timeout) throws IOException {
        this.host = host;
        this.socket = connected;
        this.out = secured.getOutputStream();
        this.in = new Input(new Patient(secured.getInputStream()));
        // An idle connection is silent, and only one that owes an answer is given up.
        this.ownTimeout = (int) Math.max(1, timeout.toMillis() / 2);
        timeOutAfter(ownTimeout);
    }

    Target.Host host() {
        return host;
    }

    long ageNanos() {
        return System.nanoTime() - establishedNanos;
    }

    /** Sets what is asked in operation now and then while nothing comes: whether to wait on. */
    void operate(BooleanSupplier whetherPatient) {
        this.patient = whetherPatient;
    }

    void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
    }

    /** The next answer, or a {@link Push}. An error of the server is thrown. */
    Object read() throws SocketException {
        timeOutAfter(ownTimeout);
        Object read = Protocol.read(in, chain);
        Push pushed = push;
        push = null;
        return pushed == null ? read : pushed;
    }

    /** Whether some of the next answer or notification comes within so many milliseconds. Takes nothing of it. */
    boolean comes(int millis) throws IOException {
        if (in.hasSome()) {
            return true;
        }
        timeOutAfter(millis);
        awaited = true;
        try {
            in.fill();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            awaited = false;
        }
    }

    /** Whether something has come that was not read yet; for the thread that reads. */
    boolean hasSome() {
        return in.hasSome();
    }

    private void timeOutAfter(int millis) throws SocketException {
        if (timeout != millis) {
            timeout = millis;
            socket.setSoTimeout(millis);
        }
    }

    /** Asks and waits; only before operation. */
    Object ask(String... words) throws IOException {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = Keys.bytes(words[i]);
        }
        byte[] encoded = Request.encode(bytes);
        write(encoded, encoded.length);
        Object answer = read();
        while (answer instanceof Push) {
            answer = read();
        }
        return answer;
    }

    /** Closes it at once, with a reset; the reader finds out. */
    void reset() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    /** Tells what it has. */
    private static final class Input extends RedisInputStream {
        private Input(InputStream stream) {
            super(stream);
        }

        private boolean hasSome() {
            return count < limit;
        }

        /** Reads from the socket, at least one byte, into the buffer, which is empty. */
        private void fill() throws IOException {
            int read = in.read(buf);
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            count = 0;
            limit = read;
        }
    }

    /** Turns the socket's short time-outs into patience. */
    private final class Patient extends FilterInputStream {
        private Patient(InputStream stream) {
            super(stream);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            boolean again = false;
            while (true) {
                try {
                    return super.read(buffer, offset, length);
                } catch (SocketTimeoutException e) {
                    if (awaited || (!patient.getAsBoolean() && again)) {
                        throw e;
                    }
                    again = true; // two halves of the time-out
                }
            }
        }
    }
}
