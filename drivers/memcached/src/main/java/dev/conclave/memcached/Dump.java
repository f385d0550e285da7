package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.TimeSource;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    Dump(Login login, Endpoint endpoint, TimeSource time, String prefix) {
        this.login = login;
        this.endpoint = endpoint;
        this.time = time;
        this.prefix = prefix;
        this.begun = time.nanoTime();
    }

    CompletableFuture<List<String>> begin() {
        Thread thread = new Thread(this::walk, "conclave-memcached-list");
        thread.setDaemon(true);
        thread.start();
        return found;
    }

    private void walk() {
        try {
            Wire wire = login.connect().wire();
            try {
                List<String> keys = keys(wire);
                if (keys == null) {
                    waitForTurn();
                } else {
                    found.complete(keys);
                }
            } finally {
                wire.reset();
            }
        } catch (IOException e) {
            found.completeExceptionally(endpoint.broken(e));
        } catch (Throwable e) {
            found.completeExceptionally(e);
        }
    }

    /** The keys, or null if the server is on another walk. */
    private @Nullable List<String> keys(Wire wire) throws IOException {
        List<String> lines = wire.list("lru_crawler metadump hash");
        if (isRefused(lines) && !lines.get(0).startsWith("BUSY")) {
            lines = wire.list("lru_crawler metadump all"); // before 1.6.10
        }
        if (isRefused(lines)) {
            if (lines.get(0).startsWith("BUSY")) {
                return null;
            }
            throw new UnsupportedDeploymentException(endpoint.where()
                    + " does not tell what it stores, so that there is no list of locks; start it without -X and"
                    + " no_lru_crawler (it answered: " + lines.get(0) + ")");
        }
        List<String> keys = new ArrayList<>();
        for (String line : lines) {
            String key = key(line);
            if (key.startsWith(prefix)) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static boolean isRefused(List<String> lines) {
        return !lines.isEmpty() && Wire.isRefusal(lines.get(0));
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
