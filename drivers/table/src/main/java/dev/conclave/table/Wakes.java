package dev.conclave.table;

import java.util.ArrayList;
import java.util.List;

/** Whom the steps want to wake, collected under the mutex and done after it. */
final class Wakes {
    private List<Wake> wakes = new ArrayList<>();

    void add(int place, long subject) {
        Wake wake = new Wake(place, subject);
        if (!wakes.contains(wake)) {
            wakes.add(wake);
        }
    }

    List<Wake> pending() {
        return wakes;
    }

    List<Wake> drain() {
        if (wakes.isEmpty()) {
            return List.of();
        }
        List<Wake> drained = wakes;
        wakes = new ArrayList<>();
        return drained;
    }
}
