package dev.conclave.redis;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One command that goes over the wire, and the future of its answer. */
final class Request<T> extends CompletableFuture<T> {
    private static final byte[] EVAL = Keys.bytes("EVAL");
    private static final byte[] EVALSHA = Keys.bytes("EVALSHA");
    private static final byte[] ONE_KEY = Keys.bytes("1");
    private static final byte[] END_OF_LINE = Keys.bytes("\r\n");
    /** Of a number of words or bytes: a sign, up to ten digits, the end of the line. */
    private static final int LONGEST_HEADER = 13;

    private final byte @Nullable [] source;
    private final byte[][] words;
    private final Function<Object, T> decoder;
    private byte[] encoded;
    private long sentNanos;

    private Request(byte @Nullable [] source, Function<Object, T> decoder, byte[]... words) {
        this.source = source;
        this.words = words;
        this.decoder = decoder;
        this.encoded = encode(words);
    }

    /** A script by its hash; with its source at hand in case the server does not know it. */
    static <T> Request<T> script(Script.Text script, byte[] prefix, Function<Object, T> decoder, Object... arguments) {
        byte[][] words = new byte[arguments.length + 4][];
        words[0] = EVALSHA;
        words[1] = script.hash();
        words[2] = ONE_KEY;
        words[3] = prefix;
        for (int i = 0; i < arguments.length; i++) {
            words[i + 4] = Keys.bytes(arguments[i].toString());
        }
        return new Request<>(script.source(), decoder, words);
    }

    /** A change of what is subscribed to: answered by a push, in the order of the answers. */
    static Request<Boolean> subscription(String command, String channel) {
        return new Request<>(null, reply -> true, Keys.bytes(command), Keys.bytes(channel));
    }

    /** As the protocol wants it: an array of byte strings. */
    static byte[] encode(byte[]... words) {
        int most = LONGEST_HEADER;
        for (byte[] word : words) {
            most += LONGEST_HEADER + word.length + END_OF_LINE.length;
        }
        byte[] out = new byte[most];
        int length = header(out, 0, '*', words.length);
        for (byte[] word : words) {
            length = header(out, length, '$', word.length);
            length = put(out, length, word);
            length = put(out, length, END_OF_LINE);
        }
        return Arrays.copyOf(out, length);
    }

    private static int header(byte[] out, int at, char sign, int number) {
        int next = at;
        out[next++] = (byte) sign;
        int scale = 1;
        while (number / scale >= 10) {
            scale *= 10;
        }
        for (; scale > 0; scale /= 10) {
            out[next++] = (byte) ('0' + number / scale % 10);
        }
        return put(out, next, END_OF_LINE);
    }

    private static int put(byte[] out, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, out, at, bytes.length);
        return at + bytes.length;
    }

    boolean isSubscription() {
        return source == null;
    }

    byte[] encoded() {
        return encoded;
    }

    /** From now on the same with the script's source, which the server knows by it. */
    void spellOut() {
        if (source != null) {
            words[0] = EVAL;
            words[1] = source;
            encoded = encode(words);
        }
    }

    long sentNanos() {
        return sentNanos;
    }

    void sentAt(long nanos) {
        sentNanos = nanos;
    }

    void answer(Object reply) {
        try {
            complete(decoder.apply(reply));
        } catch (RuntimeException | Error e) {
            completeExceptionally(e); // or nobody would ever hear of it
        }
    }
}
