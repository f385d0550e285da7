package dev.conclave.etcd;

import dev.conclave.spi.TimeSource;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Transactions in the present life of the namespace. Thread-safe. */
final class Store {
    private final Line line;
    private final Keys keys;
    private final TimeSource time;
    private final Runnable newLife;
    private final AtomicLong highest = new AtomicLong();
    private volatile @Nullable Life present;
    /** On which connection, by their count, the present life was found. */
    private volatile int foundOn = -1;

    /** @param newLife run when the namespace turns out to live another life than was known: nothing that was told still holds */
    Store(Line line, Keys keys, TimeSource time, Runnable newLife) {
        this.line = line;
        this.keys = keys;
        this.time = time;
        this.newLife = newLife;
    }

    /**
     * What came of a transaction.
     *
     * @param succeeded whether all that it compared was so
     * @param revision the store's, after it
     * @param term of the cluster's leader
     */
    record Outcome(boolean succeeded, Life life, long revision, long term, List<ResponseOp> responses) {
        /** What the range or get at this position found. */
        List<KeyValue> found(int position) {
            return responses.get(position).getResponseRange().getKvsList();
        }

        boolean isThere(int position) {
            return !found(position).isEmpty();
        }
    }

    Keys keys() {
        return keys;
    }

    Line line() {
        return line;
    }

    Instant now() {
        return time.now();
    }

    /** The life that was found last. */
    @Nullable
    Life present() {
        return present;
    }

    /**
     * Does a transaction, if the life for which it is made is the present one; otherwise it is made once more, for that. Ends with what
     * was true at the instant when it was done. On a new connection looks first whether the store was set back.
     */
    CompletableFuture<Outcome> txn(Function<Life, TxnRequest.Builder> made) {
        Life life = present;
        if (life == null || foundOn != line.replaced()) {
            return find().thenCompose(found -> txn(made));
        }
        TxnRequest request = made.apply(life)
                .addCompare(Ops.same(keys.life(), life.text()))
                .addFailure(Ops.get(keys.life()))
                .build();
        return line.call(KVGrpc.getTxnMethod(), request).thenCompose(response -> {
            highest.accumulateAndGet(life.number(response.getHeader().getRevision()), Math::max);
            List<ResponseOp> responses = response.getResponsesList();
            if (response.getSucceeded()) {
                return Later.done(outcome(response, life, responses));
            }
            int last = responses.size() - 1;
            List<KeyValue> stored = responses.get(last).getResponseRange().getKvsList();
            if (stored.size() == 1 && stored.get(0).getValue().equals(life.text())) {
                return Later.done(outcome(response, life, responses.subList(0, last)));
            }
            return find().thenCompose(found -> txn(made));
        });
    }

    private static Outcome outcome(TxnResponse response, Life life, List<ResponseOp> responses) {
        return new Outcome(
                response.getSucceeded(),
                life,
                response.getHeader().getRevision(),
                response.getHeader().getRaftTerm(),
                responses);
    }

    /** Reads; what there is no other transaction of is compared. */
    CompletableFuture<Outcome> read(RangeRequest.Builder... ranges) {
        return txn(life -> {
            TxnRequest.Builder request = TxnRequest.newBuilder();
            for (RangeRequest.Builder range : ranges) {
                request.addSuccess(Ops.op(range));
            }
            return request;
        });
    }

    /** Looks for the present life of the namespace, and begins one if there is none. */
    CompletableFuture<Life> find() {
        int connection = line.replaced();
        long seen = highest.get();
        Life mine = begin();
        TxnRequest request = TxnRequest.newBuilder()
                .addCompare(Ops.absent(keys.life()))
                .addSuccess(Ops.put(keys.life(), mine.text(), 0))
                .addFailure(Ops.get(keys.life()))
                .build();
        return line.call(KVGrpc.getTxnMethod(), request)
                .thenCompose(response -> entered(mine, response, seen, connection));
    }

    private Life begin() {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time.now());
        return Life.begin(Math.max(micros, highest.get() + 1), UUID.randomUUID().toString());
    }

    private CompletableFuture<Life> entered(Life mine, TxnResponse response, long seen, int connection) {
        Life found = response.getSucceeded()
                ? mine
                : Life.of(response.getResponses(0).getResponseRange().getKvs(0).getValue());
        long number = found.number(response.getHeader().getRevision());
        Life before = present;
        if (number < (found.equals(before) ? seen : highest.get())) {
            return succeed(found);
        }
        present = found;
        foundOn = connection;
        highest.accumulateAndGet(number, Math::max);
        if (before != null && !found.equals(before)) {
            newLife.run();
        }
        return Later.done(found);
    }

    /**
     * This life counts from below what we had seen before we asked: somebody whose clock is slow has begun it after a loss, or the store was
     * restored from a snapshot.
     */
    private CompletableFuture<Life> succeed(Life slow) {
        TxnRequest request = TxnRequest.newBuilder()
                .addCompare(Ops.same(keys.life(), slow.text()))
                .addSuccess(Ops.put(keys.life(), begin().text(), 0))
                .build();
        return line.call(KVGrpc.getTxnMethod(), request).thenCompose(done -> find());
    }
}
