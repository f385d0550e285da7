package dev.conclave.memory;

import dev.conclave.spi.Subject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who in a namespace watches what. */
final class Watchers {
    private final Ledger ledger;
    private final Map<Subject, Set<MemoryDriver>> bySubject = new LinkedHashMap<>();

    Watchers(Ledger ledger) {
        this.ledger = ledger;
    }

    void add(Subject subject, MemoryDriver driver) {
        bySubject.computeIfAbsent(subject, any -> new LinkedHashSet<>()).add(driver);
    }

    void remove(Subject subject, MemoryDriver driver) {
        bySubject.computeIfPresent(subject, (any, drivers) -> without(driver, drivers));
    }

    void removeAll(MemoryDriver driver) {
        Set.copyOf(bySubject.keySet()).forEach(subject -> remove(subject, driver));
    }

    /** Signals a driver all that it watches. */
    void remind(MemoryDriver driver) {
        bySubject.forEach((subject, drivers) -> {
            if (drivers.contains(driver)) {
                ledger.signal(driver, subject);
            }
        });
    }

    void signal(Subject subject) {
        bySubject.getOrDefault(subject, Set.of()).forEach(driver -> ledger.signal(driver, subject));
    }

    private static @Nullable Set<MemoryDriver> without(MemoryDriver driver, Set<MemoryDriver> drivers) {
        drivers.remove(driver);
        return drivers.isEmpty() ? null : drivers;
    }
}
