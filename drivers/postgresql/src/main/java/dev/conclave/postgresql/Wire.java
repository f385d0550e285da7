package dev.conclave.postgresql;

import dev.conclave.jdbc.Batch;
import dev.conclave.jdbc.Pipe;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/**
 * Claims and releases on a connection of the client library, past the library: that one sends a statement and reads its answer in one call,
 * which nobody can leave, and one statement at a time. Here they are two, so that a caller's thread may send and wait and go away when it is
 * interrupted, and so that the server finds the next batch as soon as it has done one.
 *
 * <p>The library logged in, and is asked all else while nothing is under way here. When it is idle it has read all up to
 * the server's readiness, after which the server says nothing by itself, unless it ends the connection.
 */
final class Wire implements Pipe {
    private static final int LONGEST_ANSWER = 1024 * 1024;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final int patienceMillis;
    private final Message message = new Message();
    private final Queue<ArrayBatch> underWay = new ArrayDeque<>();

    private final byte[] buffer = new byte[8 * 1024];
    private int position;
    private int limit;

    /**
     * Of a connection on which {@link ArrayBatch#PREPARATIONS} have run.
     *
     * @param socket encrypts if the connection does
     * @param patienceMillis how long an answer may take until the connection is given up
     */
    Wire(Socket socket, int patienceMillis) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.patienceMillis = patienceMillis;
    }

    @Override
    public void send(Batch batch) throws SQLException {
        ArrayBatch sent = (ArrayBatch) batch;
        try {
            sent.write(message);
            message.writeTo(out);
        } catch (IOException e) {
            throw broken(e);
        }
        underWay.add(sent);
    }

    @Override
    public boolean comes(int millis) throws SQLException {
        if (position < limit) {
            return true;
        }
        try {
            socket.setSoTimeout(millis);
            try {
                fill();
                return true;
            } catch (SocketTimeoutException e) {
                return false;
            } finally {
                socket.setSoTimeout(patienceMillis);
            }
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Reads on to the server's readiness, whatever comes before it; or the connection is of no use any more. */
    @Override
    public Batch.Outcome receive() throws SQLException {
        ArrayBatch answered = underWay.remove();
        byte[] row = null;
        ServerErrorMessage error = null;
        try {
            for (int type = read(); type != 'Z'; type = read()) {
                byte[] content = content();
                switch (type) {
                    case 'D' -> row = content;
                    // Whether anything follows is not to be told from it: the severity is in the server's language.
                    case 'E' -> error = new ServerErrorMessage(new String(content, StandardCharsets.UTF_8));
                    case '2', 'C', 'N', 'S' -> {
                        // Bound, complete, a notice, a setting: nothing to know.
                    }
                    default -> throw new IOException("the server sent what was not asked for: message " + (char) type);
                }
            }
            content();
        } catch (IOException e) {
            throw error == null ? broken(e) : ended(error);
        }
        if (error != null) {
            throw new PSQLException(error, false);
        }
        return answered.outcome(answer(row));
    }

    private static Answer answer(byte @Nullable [] row) throws SQLException {
        if (row == null) {
            throw broken(new IOException("the server sent no row"));
        }
        return new Answer(row);
    }

    /** Whatever the server's reason: without its readiness after it, the next answer would be taken for another's. */
    private static SQLException ended(ServerErrorMessage reason) {
        SQLException last = new PSQLException(reason, false);
        return new PSQLException(
                "the server ended the connection: " + last.getMessage(), PSQLState.CONNECTION_FAILURE, last);
    }

    private static SQLException broken(IOException reason) {
        String what =
                reason instanceof SocketTimeoutException ? "no answer in time" : String.valueOf(reason.getMessage());
        return new PSQLException("the connection broke: " + what, PSQLState.CONNECTION_FAILURE, reason);
    }

    private byte[] content() throws IOException {
        int length = (read() << 24 | read() << 16 | read() << 8 | read()) - Integer.BYTES;
        if (length < 0 || length > LONGEST_ANSWER) {
            throw new IOException("the server sent what was not asked for: " + length + " bytes");
        }
        byte[] content = new byte[length];
        for (int read = 0; read < length; ) {
            if (position == limit) {
                fill();
            }
            int some = Math.min(length - read, limit - position);
            System.arraycopy(buffer, position, content, read, some);
            position += some;
            read += some;
        }
        return content;
    }

    private int read() throws IOException {
        if (position == limit) {
            fill();
        }
        return buffer[position++] & 0xff;
    }

    private void fill() throws IOException {
        int read = in.read(buffer);
        if (read < 0) {
            throw new EOFException("the server closed it");
        }
        position = 0;
        limit = read;
    }
}
