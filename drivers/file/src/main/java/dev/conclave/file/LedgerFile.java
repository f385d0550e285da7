package dev.conclave.file;

import dev.conclave.MisconfiguredException;
import dev.conclave.table.Ledger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The ledger as a file of records: length of the text, checksum, text. The checksum also covers where the
 * record stands, so that nothing old behind the last record is taken for one. A record's text is {@code +group},
 * {@code -group}, or {@code #mark}.
 */
final class LedgerFile implements Ledger {
    private static final int HEAD = 12;
    private static final int MAX_TEXT = 1024;

    private final StoreDirectory directory;

    LedgerFile(StoreDirectory directory) {
        this.directory = directory;
    }

    @Override
    public long created(long length, String group) {
        return append(length, "+" + group);
    }

    @Override
    public long deleted(long length, String group) {
        return append(length, "-" + group);
    }

    @Override
    public long reserved(long length, long mark) {
        return append(length, "#" + mark);
    }

    private long append(long length, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(encode(length, text));
        try (FileChannel channel = FileChannel.open(directory.ledger(), StandardOpenOption.WRITE)) {
            long at = length;
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
            channel.force(true);
            return at;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long rewrite(Collection<String> groups, long mark) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(encode(0, "#" + mark));
        groups.forEach(group -> bytes.writeBytes(encode(bytes.size(), "+" + group)));
        try {
            Path fresh = directory.freshFile("ledger.new");
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(fresh, directory.ledger(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            directory.force();
            return bytes.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] encode(long at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEAD + bytes.length)
                .putInt(bytes.length)
                .putLong(checksum(at, bytes))
                .put(bytes)
                .array();
    }

    private static long checksum(long at, byte[] text) {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(8).putLong(0, at));
        crc.update(text);
        return crc.getValue();
    }

    @Override
    public Contents read() {
        byte[] written = bytes();
        return written == null ? new Contents(Set.of(), 0) : read(ByteBuffer.wrap(written));
    }

    private Contents read(ByteBuffer bytes) {
        Set<String> groups = new LinkedHashSet<>();
        long mark = -1;
        while (bytes.remaining() >= HEAD) {
            String text = decode(bytes);
            if (text.isEmpty()) {
                break; // the last record was not written to its end: nobody was told that it was
            }
            String rest = text.substring(1);
            switch (text.charAt(0)) {
                case '+' -> groups.add(rest);
                case '-' -> groups.remove(rest);
                default -> mark = Math.max(mark, Long.parseLong(rest));
            }
        }
        if (mark < 0) {
            // No crash does that: it gets its name when all of it is on the disk, a mark before all else.
            throw new MisconfiguredException(
                    "the store's ledger " + directory.ledger() + " is damaged: something else wrote"
                            + " to it. Fencing tokens could go back. Restore it, or name another directory");
        }
        return new Contents(groups, mark);
    }

    /** Nothing if the store is new. */
    private byte @Nullable [] bytes() {
        try {
            return Files.readAllBytes(directory.ledger());
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next record's text, or nothing if there is none. */
    private static String decode(ByteBuffer bytes) {
        int at = bytes.position();
        int length = bytes.getInt();
        long checksum = bytes.getLong();
        if (length <= 0 || length > MAX_TEXT || length > bytes.remaining()) {
            return "";
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return checksum(at, text) == checksum ? new String(text, StandardCharsets.UTF_8) : "";
    }
}
