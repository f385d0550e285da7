package dev.conclave.engine;

import dev.conclave.spi.Subject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;

/** The looks that are kept at subjects, so that a signal finds those who look. */
final class Watches {
    private final Map<Subject, Set<Look<?>>> looks = new ConcurrentHashMap<>();

    void add(Subject subject, Look<?> look) {
        looks.compute(subject, (same, present) -> {
            Set<Look<?>> all = present == null ? new CopyOnWriteArraySet<>() : present;
            all.add(look);
            return all;
        });
    }

    void remove(Subject subject, Look<?> look) {
        looks.computeIfPresent(subject, (same, present) -> {
            present.remove(look);
            return present.isEmpty() ? null : present;
        });
    }

    /** Whether nobody looks at the subject. */
    boolean isUnused(Subject subject) {
        return !looks.containsKey(subject);
    }

    void changed(Subject subject) {
        looks.getOrDefault(subject, Set.of()).forEach(Look::again);
    }
}
