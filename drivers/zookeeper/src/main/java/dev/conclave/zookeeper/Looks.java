package dev.conclave.zookeeper;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.ClaimStatus.Holding;
import dev.conclave.spi.Names;
import dev.conclave.spi.Released;
import dev.conclave.zookeeper.Nodes.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who holds what, for those who look, and taking it away. */
final class Looks {
    private static final int ANY_VERSION = -1;

    private Looks() {}

    /** The state of a name between its line's being read and the last holder's being read: afresh, if one left meanwhile. */
    static CompletableFuture<ClaimStatus> inspect(Handle handle, Space space, ClaimKey key) {
        String parent = space.key(key);
        return handle.children(parent).thenCompose(names -> {
            Line line = new Line(names.isOk() ? names.get() : List.of());
            List<Line.Place> holders = line.holders();
            List<CompletableFuture<Reply<Content>>> reads = new ArrayList<>();
            holders.forEach(place -> reads.add(handle.read(parent + "/" + place.name())));
            return Later.all(reads).thenCompose(contents -> {
                List<Holding> holdings = new ArrayList<>();
                for (int i = 0; i < contents.size(); i++) {
                    if (!contents.get(i).isOk()) {
                        return inspect(handle, space, key);
                    }
                    holdings.add(
                            holding(space, key, holders.get(i), contents.get(i).get()));
                }
                return Later.done(new ClaimStatus(key, holdings, line.size() - holders.size()));
            });
        });
    }

    private static Holding holding(Space space, ClaimKey key, Line.Place place, Content content) {
        String[] parts = Space.text(content.data()).split(" ", 3);
        return new Holding(
                place.id(key, Names.decoded(parts[1])),
                place.shared(),
                space.number(content.stat().getCzxid()),
                parts[2],
                Instant.ofEpochMilli(content.stat().getMtime()),
                Duration.ofMillis(Long.parseLong(parts[0])));
    }

    static CompletableFuture<List<ClaimStatus>> list(Handle handle, Space space, ClaimKey.Kind kind) {
        return handle.children(space.keys(kind))
                .thenCompose(names -> {
                    List<CompletableFuture<ClaimStatus>> all = new ArrayList<>();
                    for (String name : names.isOk() ? names.get() : List.<String>of()) {
                        all.add(inspect(handle, space, new ClaimKey(kind, Names.decoded(name))));
                    }
                    return Later.all(all);
                })
                .thenApply(all -> all.stream()
                        .filter(status -> !status.holders().isEmpty())
                        .toList());
    }

    /** Gives up a claim of a session that is not ours. */
    static CompletableFuture<Released> release(Handle handle, Space space, ClaimId id) {
        String parent = space.key(id.key());
        return handle.children(parent).thenCompose(names -> {
            Line line = new Line(names.isOk() ? names.get() : List.of());
            return line.find(id)
                    .map(name -> Claims.leave(
                            handle,
                            parent + "/" + name,
                            line.before(name).isEmpty() ? Released.HELD : Released.WAITING))
                    .orElseGet(() -> Later.done(Released.NOTHING));
        });
    }

    /** A node belongs to one claim for ever, so that the look and the deletion cannot be about two. */
    static CompletableFuture<Boolean> breakClaim(Handle handle, Space space, ClaimKey key, long token) {
        String parent = space.key(key);
        return inspect(handle, space, key).thenCompose(status -> {
            for (Holding holding : status.holders()) {
                if (holding.token() == token) {
                    return find(handle, parent, holding).thenCompose(path -> {
                        CompletableFuture<Reply<Boolean>> deleted = handle.delete(path, ANY_VERSION);
                        return tell(handle, space, holding.id().session().incarnation())
                                .thenCombine(deleted, (told, gone) -> gone.isOk());
                    });
                }
            }
            return Later.done(false);
        });
    }

    private static CompletableFuture<String> find(Handle handle, String parent, Holding holding) {
        return handle.children(parent)
                .thenApply(names -> parent + "/"
                        + new Line(names.isOk() ? names.get() : List.of())
                                .find(holding.id())
                                .orElse("gone"));
    }

    /** Wakes a session: it watches its own node. */
    static CompletableFuture<Boolean> tell(Handle handle, Space space, String incarnation) {
        String node = space.session(incarnation);
        return handle.read(node)
                .thenCompose(there -> there.isOk()
                        ? handle.setData(node, there.get().data(), ANY_VERSION).thenApply(Reply::isOk)
                        : Later.done(false));
    }
}
