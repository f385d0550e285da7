package dev.conclave.memcached;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** One connection to one server. One thread at a time reads, one at a time writes. */
final class Wire {
    private static final int LONGEST_LINE = 8 * 1024;

    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;
    private final long establishedNanos = System.nanoTime();
    private final byte[] buffer = new byte[16 * 1024];
    private final int ownTimeoutMillis;
    private int timeoutMillis;
    private int position;
    private int limit;
    private volatile BooleanSupplier patient = () -> false;

    /**
     * @param connected below TLS, if that is used
     * @param secured what is written to and read from
     */
    Wire(Socket connected, Socket secured, Duration timeout) throws IOException {
        this.socket = connected;
        this.out = secured.getOutputStream();
        this.in = secured.getInputStream();
        // An idle connection is silent, and only one that owes an answer is given up.
        this.ownTimeoutMillis = (int) Math.max(1, timeout.toMillis() / 2);
        timeOutAfter(ownTimeoutMillis);
    }

    long ageNanos() {
        return System.nanoTime() - establishedNanos;
    }

    /** Sets what is asked in operation, now and then while nothing comes: whether to wait on. Before, it waits for one time-out. */
    void operate(BooleanSupplier whetherPatient) {
        this.patient = whetherPatient;
    }

    /** Whether some of the next answer comes within so many milliseconds. Takes nothing of it. */
    boolean comes(int millis) throws IOException {
        if (hasSome()) {
            return true;
        }
        timeOutAfter(millis);
        try {
            fillOnce();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Whether something has come that was not read yet; for the thread that reads. */
    boolean hasSome() {
        return position < limit;
    }

    private void timeOutAfter(int millis) throws SocketException {
        if (timeoutMillis != millis) {
            timeoutMillis = millis;
            socket.setSoTimeout(millis);
        }
    }

    void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        out.flush();
    }

    /** The next answer. */
    Reply read() throws IOException {
        String line = line();
        int length;
        try {
            length = Reply.valueLength(line);
            return Reply.of(line, length < 0 ? null : value(length));
        } catch (NumberFormatException e) {
            throw new StrangeAnswer(line);
        }
    }

    /** What a server said that is not memcached, or has lost its way. */
    static final class StrangeAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        StrangeAnswer(String line) {
            super("it answered '" + (line.length() > 60 ? line.substring(0, 60) + "..." : line) + "'");
        }
    }

    /** The next line, without its end. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder(32);
        while (true) {
            if (position == limit) {
                fill();
            }
            char next = (char) (buffer[position++] & 0xff);
            if (next == '\n') {
                break;
            }
            line.append(next);
            if (line.length() > LONGEST_LINE) {
                throw new StrangeAnswer(line.toString());
            }
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    private byte[] value(int length) throws IOException {
        if (length < 0 || length > 1 << 30) {
            throw new StrangeAnswer("a value of " + length + " bytes");
        }
        byte[] value = new byte[length];
        int filled = 0;
        while (filled < length) {
            if (position == limit) {
                fill();
            }
            int part = Math.min(length - filled, limit - position);
            System.arraycopy(buffer, position, value, filled, part);
            position += part;
            filled += part;
        }
        String end = line();
        if (!end.isEmpty()) {
            throw new StrangeAnswer(end);
        }
        return value;
    }

    private void fill() throws IOException {
        timeOutAfter(ownTimeoutMillis);
        boolean again = false;
        while (true) {
            try {
                fillOnce();
                return;
            } catch (SocketTimeoutException e) {
                if (!patient.getAsBoolean() && again) {
                    throw e;
                }
                again = true; // two halves of the time-out
            }
        }
    }

    private void fillOnce() throws IOException {
        int read = in.read(buffer, 0, buffer.length);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        position = 0;
        limit = read;
    }

    /** Asks one thing and waits; only before operation. */
    String ask(String command) throws IOException {
        byte[] bytes = (command + "\r\n").getBytes(StandardCharsets.UTF_8);
        write(bytes, bytes.length);
        return line();
    }

    /**
     * Asks for a list, such as {@code STAT name value}, and waits.
     *
     * @param each gets its lines, of which there may be millions, up to the last
     * @return the refusal, if there is one instead
     */
    Optional<String> list(String command, Consumer<String> each) throws IOException {
        String line = ask(command);
        if (isRefusal(line)) {
            return Optional.of(line);
        }
        while (!line.equals("END")) {
            each.accept(line);
            line = line();
        }
        return Optional.empty();
    }

    private static boolean isRefusal(String line) {
        return line.startsWith("ERROR")
                || line.startsWith("CLIENT_ERROR")
                || line.startsWith("SERVER_ERROR")
                || line.startsWith("BUSY")
                || line.startsWith("BADCLASS");
    }

    /** Closes it at once, with a reset; the reader finds out. */
    void reset() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }
}
