package dev.conclave.bench.deployments;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts a server's requests between two moments, without those of the counting itself. */
public final class Counting {
    private final Deployment deployment;
    private final Map<String, Long> ownCost;

    /** To be made while nobody else uses the server: it finds out what a reading costs. */
    public Counting(Deployment deployment) throws Exception {
        this.deployment = deployment;
        // The first reading may also connect.
        deployment.counters();
        Map<String, Long> first = deployment.counters();
        this.ownCost = difference(first, deployment.counters(), Map.of());
    }

    /** Begins to count. */
    public Mark begin() throws Exception {
        return new Mark(deployment.counters());
    }

    /** A moment to count from. */
    public final class Mark {
        private final Map<String, Long> before;

        private Mark(Map<String, Long> before) {
            this.before = before;
        }

        /** Requests since then, by the counters' names. */
        public Map<String, Long> end() throws Exception {
            Map<String, Long> requests = endWithTraffic();
            requests.remove(Deployment.BYTES_SENT);
            return requests;
        }

        /** Requests since then, and what the server sent if it tells. */
        public Map<String, Long> endWithTraffic() throws Exception {
            return difference(before, deployment.counters(), ownCost);
        }
    }

    private static Map<String, Long> difference(
            Map<String, Long> before, Map<String, Long> after, Map<String, Long> cost) {
        Map<String, Long> difference = new LinkedHashMap<>();
        after.forEach((name, value) ->
                difference.put(name, value - before.getOrDefault(name, 0L) - cost.getOrDefault(name, 0L)));
        return difference;
    }
}
