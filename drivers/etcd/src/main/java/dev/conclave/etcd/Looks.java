package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Names;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.TxnRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Who holds what, for those who look, and taking it away. */
final class Looks {
    private Looks() {}

    static CompletableFuture<ClaimStatus> inspect(Store store, ClaimKey key) {
        return line(store, key).thenApply(line -> Place.status(key, line));
    }

    private static CompletableFuture<List<Place>> line(Store store, ClaimKey key) {
        ByteString prefix = store.keys().claims(key);
        return store.read(Ops.byAge(prefix))
                .thenApply(outcome -> outcome.found(0).stream()
                        .map(stored -> Place.of(key, prefix, stored))
                        .toList());
    }

    static CompletableFuture<List<ClaimStatus>> list(Store store, ClaimKey.Kind kind) {
        ByteString prefix = store.keys().names(kind);
        return store.read(Ops.byAge(prefix)).thenApply(outcome -> {
            Map<ClaimKey, List<Place>> lines = new LinkedHashMap<>();
            for (KeyValue stored : outcome.found(0)) {
                String tail = Keys.tail(stored.getKey(), prefix);
                ClaimKey key = new ClaimKey(kind, Names.decoded(tail.substring(0, tail.indexOf('/'))));
                lines.computeIfAbsent(key, name -> new ArrayList<>())
                        .add(Place.of(key, store.keys().claims(key), stored));
            }
            List<ClaimStatus> all = new ArrayList<>();
            lines.forEach((key, line) -> all.add(Place.status(key, line)));
            return List.copyOf(all);
        });
    }

    /** Deletes the key that was created by the token's revision: no other ever was. */
    static CompletableFuture<Boolean> breakClaim(Store store, ClaimKey key, long token) {
        return line(store, key).thenCompose(line -> {
            for (Place place : Place.holders(line)) {
                if (place.token() == token) {
                    return store.txn(life -> TxnRequest.newBuilder()
                                    .addCompare(Ops.created(place.key(), place.created()))
                                    .addSuccess(Ops.delete(place.key()))
                                    .addSuccess(Ops.nested(
                                            telling(store, place.id().session().incarnation()))))
                            .thenApply(Store.Outcome::succeeded);
                }
            }
            return Later.done(false);
        });
    }

    /** Wakes a session, if it lives: it watches its own key. */
    static TxnRequest.Builder telling(Store store, String incarnation) {
        ByteString key = store.keys().session(incarnation);
        ByteString something = Keys.bytes(UUID.randomUUID().toString());
        return TxnRequest.newBuilder()
                .addCompare(Ops.present(key))
                .addSuccess(Ops.put(key, something, Keys.lease(incarnation)));
    }
}
