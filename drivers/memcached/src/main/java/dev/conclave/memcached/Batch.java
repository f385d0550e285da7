package dev.conclave.memcached;

import dev.conclave.spi.support.Duplex;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Some commands that go over the wire together, in this order, and the future of their answers. The server does them one after the
 * other, and those of other connections in between.
 */
final class Batch implements Duplex.Question {
    private final CompletableFuture<Answers> answers = new CompletableFuture<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    private final @Nullable Instance only;
    private int count;
    private byte @Nullable [] encoded;
    private long sentNanos;

    /**
     * What came back, in the order of the commands.
     *
     * @param from the run of the server that answered
     */
    record Answers(Instance from, List<Reply> replies) {
        Reply get(int index) {
            return replies.get(index);
        }
    }

    Batch() {
        this(null);
    }

    /**
     * @param only the run of the server whose numbers of changes are compared with: in another run the same number is that of
     *     some other change, and a stale holder could free another's lock
     */
    Batch(@Nullable Instance only) {
        this.only = only;
    }

    /** Whether the item is there, and the number of its last change. */
    Batch look(String key) {
        return command("mg " + key + " c");
    }

    /** As {@link #look}, with the number that was stored beside the value, and how many seconds it has left. */
    Batch lookAtSession(String key) {
        return command("mg " + key + " c f t");
    }

    /** Adds 1 to the item's number, in its place, which also works where no memory is left. Its time goes on as it was. */
    Batch count(String key) {
        return command("ma " + key + " c");
    }

    /** As {@link #look}, and gives it so many seconds from now. */
    Batch touch(String key, long seconds) {
        return command("mg " + key + " c T" + seconds);
    }

    /** The item with its value. */
    Batch get(String key) {
        return command("mg " + key + " c t v");
    }

    /** As {@link #get}, and gives it so many seconds from now. */
    Batch get(String key, long seconds) {
        return command("mg " + key + " c t v T" + seconds);
    }

    /** Stores the item if there is none. */
    Batch add(String key, long seconds, byte[] value) {
        return store(key + " " + value.length + " ME c T" + seconds, value);
    }

    /** As {@link #add}, with a number beside the value. */
    Batch add(String key, long seconds, byte[] value, long beside) {
        return store(key + " " + value.length + " ME c T" + seconds + " F" + beside, value);
    }

    /** Stores the item, whatever is there. */
    Batch set(String key, long seconds, byte[] value) {
        return store(key + " " + value.length + " c T" + seconds, value);
    }

    /** Stores the item if that was its last change. */
    Batch replace(String key, long cas, long seconds, byte[] value) {
        return store(key + " " + value.length + " C" + cas + " c T" + seconds, value);
    }

    /** Deletes the item if that was its last change. */
    Batch delete(String key, long cas) {
        return command("md " + key + " C" + cas);
    }

    /** Deletes the item. */
    Batch delete(String key) {
        return command("md " + key);
    }

    private Batch store(String command, byte[] value) {
        command("ms " + command);
        out.write(value, 0, value.length);
        out.write('\r');
        out.write('\n');
        return this;
    }

    private Batch command(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        out.write(bytes, 0, bytes.length);
        out.write('\r');
        out.write('\n');
        count++;
        return this;
    }

    /** Whether it may be sent to this run of the server. */
    boolean isFor(Instance instance) {
        return only == null || only.isSame(instance);
    }

    CompletableFuture<Answers> answers() {
        return answers;
    }

    void answer(Instance from, List<Reply> replies) {
        answers.complete(new Answers(from, replies));
    }

    @Override
    public void fail(Throwable reason) {
        answers.completeExceptionally(reason);
    }

    /** It was for a run of the server that is over: all that it compares with has changed. */
    void outdated() {
        answer(Objects.requireNonNull(only), Collections.nCopies(count, Reply.of("EX", null)));
    }

    /** How many answers are to come. */
    int count() {
        return count;
    }

    @Override
    public byte[] encoded() {
        byte[] bytes = encoded;
        if (bytes == null) {
            bytes = out.toByteArray();
            encoded = bytes;
        }
        return bytes;
    }

    @Override
    public long sentNanos() {
        return sentNanos;
    }

    @Override
    public void sentAt(long nanos) {
        sentNanos = nanos;
    }
}
