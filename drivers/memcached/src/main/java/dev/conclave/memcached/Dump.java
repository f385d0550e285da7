package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.Durations;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.TimeSource;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds all keys that begin alike, by a walk through all that the server stores. The server does one at a time, and not in between
 * other answers: so it has a connection of its own, for as long as it takes. For operators, not for the daily work.
 */
final class Dump {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Login login;
    private final Endpoint endpoint;
    private final TimeSource time;
    private final String prefix;
    private final CompletableFuture<List<String>> found = new CompletableFuture<>();
    private final long begun;
    private volatile @Nullable Wire wire;

    Dump(Login login, Endpoint endpoint, TimeSource time, String prefix) {
        this.login = login;
        this.endpoint = endpoint;
        this.time = time;
        this.prefix = prefix;
        this.begun = time.nanoTime();
    }

    CompletableFuture<List<String>> keys() {
        TimeSource.Timer limit = time.schedule(endpoint.timeout(), () -> end(tookTooLong()));
        begin();
        return found.whenComplete((keys, failure) -> limit.cancel());
    }

    private BackendUnavailableException tookTooLong() {
        return new BackendUnavailableException(
                endpoint.where() + " did not tell all that it stores within " + Durations.format(endpoint.timeout())
                        + "; raise call-timeout",
                null);
    }

    /** Nobody waits for it any more: its connection and its thread end too. */
    void end(ConclaveException reason) {
        found.completeExceptionally(reason);
        Wire open = wire;
        if (open != null) {
            open.reset();
        }
    }

    private void begin() {
        if (found.isDone()) {
            return;
        }
        Thread thread = new Thread(this::walk, "conclave-memcached-list");
        thread.setDaemon(true);
        thread.start();
    }

    private void walk() {
        try {
            Wire connected = login.connect().wire();
            wire = connected;
            try {
                if (found.isDone()) {
                    return; // ended before it could be reset
                }
                List<String> keys = keys(connected);
                if (keys == null) {
                    waitForTurn();
                } else {
                    found.complete(keys);
                }
            } finally {
                connected.reset();
            }
        } catch (IOException e) {
            found.completeExceptionally(endpoint.broken(e));
        } catch (Throwable e) {
            found.completeExceptionally(e);
        }
    }

    /** The keys, or null if the server is on another walk. */
    private @Nullable List<String> keys(Wire wire) throws IOException {
        List<String> keys = new ArrayList<>();
        Consumer<String> ours = line -> {
            String key = key(line);
            if (key.startsWith(prefix)) {
                keys.add(key);
            }
        };
        Optional<String> refusal = wire.list("lru_crawler metadump hash", ours);
        if (refusal.isPresent() && !isBusy(refusal.get())) {
            refusal = wire.list("lru_crawler metadump all", ours); // early 1.6 knows no other
        }
        if (refusal.isEmpty()) {
            return keys;
        }
        if (isBusy(refusal.get())) {
            return null;
        }
        throw new UnsupportedDeploymentException(endpoint.where()
                + " does not tell what it stores, so that there is no list of locks; start it without -X and"
                + " no_lru_crawler (it answered: " + refusal.get() + ")");
    }

    private static boolean isBusy(String refusal) {
        return refusal.startsWith("BUSY");
    }

    /** Of {@code key=... exp=...}, percent-encoded. */
    private static String key(String line) {
        int end = line.indexOf(' ');
        if (!line.startsWith("key=") || end < 0) {
            return "";
        }
        return URLDecoder.decode(line.substring(4, end).replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** No failure: the server does one walk at a time, and also takes some by itself. */
    private void waitForTurn() {
        if (time.nanoTime() - begun > endpoint.timeout().toNanos()) {
            found.completeExceptionally(new BackendUnavailableException(
                    endpoint.where() + " is busy with another walk through what it stores; try again", null));
        } else {
            time.schedule(PAUSE, this::begin);
        }
    }
}
