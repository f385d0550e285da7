package dev.conclave.file;

import dev.conclave.table.Space;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file under the table, mapped into memory. It grows by zeroes that are really written: a store to a page
 * for which the disk has no room would crash the JVM, a write that fails is only an error.
 */
final class TableFile implements Space {
    private static final int CHUNK = 64 * 1024;

    private final Path file;

    TableFile(Path file) {
        this.file = file;
    }

    long size() throws IOException {
        return Uninterrupted.run(() -> {
            try (FileChannel channel = open()) {
                return channel.size();
            }
        });
    }

    /** Makes the file that long, of zeroes only. */
    ByteBuffer clear(int size) throws IOException {
        return Uninterrupted.run(() -> {
            try (FileChannel channel = open()) {
                channel.truncate(0);
                zero(channel, 0, size);
                return channel.map(MapMode.READ_WRITE, 0, size);
            }
        });
    }

    @Override
    public ByteBuffer grow(int from, int to) {
        try {
            return Uninterrupted.run(() -> {
                try (FileChannel channel = open()) {
                    zero(channel, from, to);
                    return channel.map(MapMode.READ_WRITE, 0, to);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ByteBuffer map(int size) {
        try {
            return Uninterrupted.run(() -> {
                try (FileChannel channel = open()) {
                    return channel.map(MapMode.READ_WRITE, 0, size);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void zero(FileChannel channel, int from, int to) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(CHUNK);
        for (int at = from; at < to; ) {
            zeroes.clear().limit(Math.min(CHUNK, to - at));
            at += channel.write(zeroes, at);
        }
    }
}
