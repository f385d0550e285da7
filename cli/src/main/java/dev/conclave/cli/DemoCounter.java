package dev.conclave.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A number in a file, with nothing to guard it: whoever reads, adds one and writes while another does so spoils the count.
 * The file also keeps the fencing token of the last who wrote, and that is how a store refuses a holder who comes late.
 *
 * @param file where
 */
record DemoCounter(Path file) {
    private static final int WIDTH = 20;

    /**
     * What is in the file.
     *
     * @param token of the grant under which it was written
     */
    record Value(long count, long token) {}

    Value read() throws IOException {
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "r")) {
            byte[] line = new byte[2 * WIDTH];
            data.readFully(line);
            String text = new String(line, StandardCharsets.US_ASCII);
            return new Value(
                    Long.parseLong(text.substring(0, WIDTH).strip()),
                    Long.parseLong(text.substring(WIDTH).strip()));
        }
    }

    /** In one write of one length: kill -9 comes before or after, but not in the middle. */
    void write(Value value) throws IOException {
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            data.write((padded(value.count()) + padded(value.token())).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String padded(long number) {
        String digits = Long.toString(number);
        return " ".repeat(WIDTH - digits.length()) + digits;
    }
}
