package dev.conclave.guide;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the samples work on. */
final class Stores {
    private Stores() {}

    // snippet:fenced-store
    /** Refuses whoever comes with an older token than it has seen: a paused holder cannot write late. */
    static final class InvoiceStore {
        private final Map<String, String> invoices = new HashMap<>();
        private long newestToken;

        synchronized boolean save(String id, String invoice, long token) {
            if (token < newestToken) {
                return false;
            }
            newestToken = token;
            invoices.put(id, invoice);
            return true;
        }
    }
    // end

    /** Remembers what it was told. */
    static final class Journal {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        void add(String line) {
            lines.add(line);
        }

        List<String> lines() {
            return new ArrayList<>(lines);
        }
    }
}
