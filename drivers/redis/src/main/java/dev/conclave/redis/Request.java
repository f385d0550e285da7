package dev.conclave.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One command that goes over the wire, and the future of its answer. */
final class Request<T> extends CompletableFuture<T> {
    private static final byte[] EVAL = Keys.bytes("EVAL");
    private static final byte[] EVALSHA = Keys.bytes("EVALSHA");
    private static final byte[] ONE_KEY = Keys.bytes("1");

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
    static <T> Request<T> script(Script.Text script, byte[] prefix, Function<Object, T> decoder, byte[]... arguments) {
        byte[][] words = new byte[arguments.length + 4][];
        words[0] = EVALSHA;
        words[1] = script.hash();
        words[2] = ONE_KEY;
        words[3] = prefix;
        System.arraycopy(arguments, 0, words, 4, arguments.length);
        return new Request<>(script.source(), decoder, words);
    }

    /** A change of what is subscribed to: answered by a push, in the order of the answers. */
    static Request<Boolean> subscription(String command, String channel) {
        return new Request<>(null, reply -> true, Keys.bytes(command), Keys.bytes(channel));
    }

    /** As the protocol wants it: an array of byte strings. */
    static byte[] encode(byte[]... words) {
        int length = 16;
        for (byte[] word : words) {
            length += word.length + 16;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length);
        header(out, '*', words.length);
        for (byte[] word : words) {
            header(out, '$', word.length);
            out.write(word, 0, word.length);
            out.write('\r');
            out.write('\n');
        }
        return out.toByteArray();
    }

    private static void header(ByteArrayOutputStream out, char kind, int number) {
        out.write(kind);
        byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        out.write(digits, 0, digits.length);
        out.write('\r');
        out.write('\n');
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
