package dev.conclave.kit;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Notes callbacks that come on threads that are not for them: a client library's I/O thread or the renewal thread, which a
 * slow listener would hold up (N7).
 */
final class CallbackThreads {
    /** The default threads, and those that a scenario brings. */
    private static final List<String> ALLOWED = List.of("conclave-callbacks", "kit-callbacks");

    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    void check(Object event) {
        String name = Thread.currentThread().getName();
        seen.add(name);
        if (ALLOWED.stream().noneMatch(name::startsWith)) {
            violations.add(event + " on thread " + name);
        }
    }

    /** The names of all threads that called. */
    Set<String> seen() {
        return seen;
    }

    List<String> violations() {
        return violations;
    }
}
