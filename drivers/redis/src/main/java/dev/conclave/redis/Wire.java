package dev.conclave.redis;

import dev.conclave.spi.Target;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumer;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushMessage;
import redis.clients.jedis.util.RedisInputStream;

/** One connection to one server. One thread reads, one at a time writes. */
final class Wire {
    private final Target.Host host;
    private final Socket socket;
    private final OutputStream out;
    private final RedisInputStream in;
    private final long establishedNanos = System.nanoTime();
    private volatile BooleanSupplier patient = () -> false;
    private volatile Consumer<List<Object>> pushes = push -> {};

    private final PushConsumerChain chain = new PushConsumerChain() {
        @Override
        public @Nullable PushMessage process(PushMessage message) {
            pushes.accept(message.getContent());
            return null; // it is consumed, and the reader goes on to the next answer
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
        this.in = new RedisInputStream(new Patient(secured.getInputStream()));
        // An idle connection is silent, and only one that owes an answer is given up.
        connected.setSoTimeout((int) Math.max(1, timeout.toMillis() / 2));
    }

    Target.Host host() {
        return host;
    }

    long ageNanos() {
        return System.nanoTime() - establishedNanos;
    }

    /**
     * Sets what happens in operation.
     *
     * @param patient asked now and then while nothing comes: whether to wait on
     * @param pushes what to do with notifications
     */
    void operate(BooleanSupplier patient, Consumer<List<Object>> pushes) {
        this.patient = patient;
        this.pushes = pushes;
    }

    void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
    }

    /** The next answer; notifications before it are passed on. An error of the server is thrown. */
    Object read() {
        return Protocol.read(in, chain);
    }

    /** Asks and waits; only before operation. */
    Object ask(String... words) throws IOException {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = Keys.bytes(words[i]);
        }
        byte[] encoded = Request.encode(bytes);
        write(encoded, encoded.length);
        return read();
    }

    /** Closes it at once, with a reset; the reader finds out. */
    void reset() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
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
                    if (!patient.getAsBoolean() && again) {
                        throw e;
                    }
                    again = true; // two halves of the time-out
                }
            }
        }
    }
}
