package dev.conclave.postgresql;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What goes to the server, as its protocol (version 3) has it: a prepared statement is bound to parameters and run, all of it in
 * binary form. Used again for the next one.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message formats</a>
 */
final class Message {
    private static final short BINARY = 1;
    private static final int INT8 = 20;
    private static final int BYTEA = 17;
    private static final int LARGEST_KEPT = 64 * 1024;

    private ByteBuffer bytes = ByteBuffer.allocate(4 * 1024);

    /** Runs a prepared statement in a transaction of its own. Parameters: numbers, texts as bytes, or arrays of these. */
    void run(String statement, Object... parameters) {
        int bind = begin('B');
        text(""); // the unnamed portal
        text(statement);
        room(2 * Short.BYTES + Short.BYTES).putShort((short) 1).putShort(BINARY).putShort((short) parameters.length);
        for (Object parameter : parameters) {
            int start = room(Integer.BYTES).position();
            bytes.putInt(0);
            value(parameter);
            bytes.putInt(start, bytes.position() - start - Integer.BYTES);
        }
        room(2 * Short.BYTES).putShort((short) 1).putShort(BINARY);
        end(bind);
        int execute = begin('E');
        text("");
        room(Integer.BYTES).putInt(0); // all rows
        end(execute);
        end(begin('S'));
    }

    private void value(Object value) {
        if (value instanceof Long number) {
            room(Long.BYTES).putLong(number);
        } else if (value instanceof byte[] text) {
            room(text.length).put(text);
        } else if (value instanceof long[] numbers) {
            array(numbers.length, INT8);
            for (long number : numbers) {
                room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(number);
            }
        } else {
            byte[][] texts = (byte[][]) value;
            array(texts.length, BYTEA);
            for (byte[] text : texts) {
                room(Integer.BYTES + text.length).putInt(text.length).put(text);
            }
        }
    }

    private void array(int length, int type) {
        room(5 * Integer.BYTES).putInt(length == 0 ? 0 : 1).putInt(0).putInt(type);
        if (length > 0) {
            bytes.putInt(length).putInt(1);
        }
    }

    private int begin(char type) {
        room(1 + Integer.BYTES).put((byte) type).putInt(0);
        return bytes.position() - Integer.BYTES;
    }

    private void end(int start) {
        bytes.putInt(start, bytes.position() - start);
    }

    private void text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        room(encoded.length + 1).put(encoded).put((byte) 0);
    }

    private ByteBuffer room(int needed) {
        if (bytes.remaining() < needed) {
            int capacity = Math.max(2 * bytes.capacity(), bytes.position() + needed);
            bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
        }
        return bytes;
    }

    /** Sends it, and forgets it. */
    void writeTo(OutputStream out) throws IOException {
        out.write(bytes.array(), bytes.arrayOffset(), bytes.position());
        out.flush();
        bytes = bytes.capacity() > LARGEST_KEPT ? ByteBuffer.allocate(LARGEST_KEPT) : bytes.clear();
    }
}
