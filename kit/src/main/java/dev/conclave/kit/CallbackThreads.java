package dev.conclave.kit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Notes callbacks that come on threads that are not for them: a client library's I/O thread or the renewal thread, which a
 * slow listener would hold up (N7).
 */
final class CallbackThreads {
    /** The default threads, and those that a scenario brings. */
    private static final List<String> ALLOWED = List.of("conclave-callbacks", "kit-callbacks");

    private final List<String> violations = new CopyOnWriteArrayList<>();

    void check(Object event) {
        String name = Thread.currentThread().getName();
        if (ALLOWED.stream().noneMatch(name::startsWith)) {
            violations.add(event + " on thread " + name);
        }
    }

    List<String> violations() {
        return violations;
    }
}
