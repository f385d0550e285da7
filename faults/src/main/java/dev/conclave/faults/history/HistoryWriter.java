package dev.conclave.faults.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes one process' entries, each with one write to the operating system, so that a process that is killed has told all it did.
 * Thread-safe.
 */
public final class HistoryWriter implements AutoCloseable {
    private final String who;
    private final FileChannel file;

    private HistoryWriter(String who, FileChannel file) {
        this.who = who;
        this.file = file;
    }

    /** Begins the file of a process in the folder of a run. */
    public static HistoryWriter in(Path folder, String who) throws IOException {
        Path path = folder.resolve(who.replace('#', '-') + History.SUFFIX);
        return new HistoryWriter(who, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND));
    }

    /** Writes what happened just now. */
    public void write(Event event) {
        write(System.nanoTime(), event);
    }

    /** Writes what happened at that time. */
    public void write(long at, Event event) {
        byte[] line = (Json.line(new Entry(at, who, event)) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            write(ByteBuffer.wrap(line));
        } catch (IOException e) {
            throw new UncheckedIOException("the history of " + who + " cannot be written", e);
        }
    }

    private synchronized void write(ByteBuffer line) throws IOException {
        while (line.hasRemaining()) {
            file.write(line);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
