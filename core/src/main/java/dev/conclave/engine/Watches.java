package dev.conclave.engine;

import dev.conclave.spi.Subject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The looks that are kept at subjects, so that a signal finds those who look. */
final class Watches {
    private final Map<Subject, Set<Look<?>>> looks = new ConcurrentHashMap<>();

    void add(Subject subject, Look<?> look) {
        looks.compute(subject, (same, present) -> {
            Set<Look<?>> all = present == null ? ConcurrentHashMap.newKeySet() : present;
            all.add(look);
            return all;
        });
    }

    /** Whether nobody looks at the subject any more. */
    boolean remove(Subject subject, Look<?> look) {
        return looks.computeIfPresent(subject, (same, present) -> {
                    present.remove(look);
                    return present.isEmpty() ? null : present;
                })
                == null;
    }

    void changed(Subject subject) {
        looks.getOrDefault(subject, Set.of()).forEach(Look::again);
    }
}
