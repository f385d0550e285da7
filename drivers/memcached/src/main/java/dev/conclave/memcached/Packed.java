package dev.conclave.memcached;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Values that are compressed when they are large, so that a group of ten thousand still is one item. */
final class Packed {
    private static final int LARGE = 64 * 1024;
    /** No text of ours begins with it. */
    private static final byte MARK = 'Z';

    private Packed() {}

    static byte[] packed(byte[] value) {
        if (value.length < LARGE) {
            return value;
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(value);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(value.length / 2);
            out.write(MARK);
            byte[] buffer = new byte[16 * 1024];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    static byte[] unpacked(byte[] value) {
        if (value.length == 0 || value[0] != MARK) {
            return value;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(value, 1, value.length - 1);
            ByteArrayOutputStream out = new ByteArrayOutputStream(4 * value.length);
            byte[] buffer = new byte[16 * 1024];
            while (!inflater.finished()) {
                int length = inflater.inflate(buffer);
                if (length == 0) {
                    throw new IllegalArgumentException("a compressed value is cut off");
                }
                out.write(buffer, 0, length);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalArgumentException(e);
        } finally {
            inflater.end();
        }
    }
}
