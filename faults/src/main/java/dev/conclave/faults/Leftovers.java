package dev.conclave.faults;

import dev.conclave.faults.history.Event.Residue;
import dev.conclave.faults.sites.Site;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What may be left on a site when nobody uses it any more, and what is. */
final class Leftovers {
    /** Nothing changes any more. */
    private static final long STILL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long SETTLES_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Map<String, Long> allowed;

    private Leftovers(Map<String, Long> allowed) {
        this.allowed = allowed;
    }

    /** May be left: what is left now, after a single use, once it has settled; nothing of what ends with those who use it. */
    static Leftovers allowed(Site site) throws Exception {
        Map<String, Long> allowed = settled(site);
        allowed.keySet().removeAll(Site.ENDING);
        allowed.putAll(site.bounds());
        return new Leftovers(allowed);
    }

    private static Map<String, Long> settled(Site site) throws Exception {
        long deadline = System.nanoTime() + SETTLES_NANOS;
        Map<String, Long> left = site.residue();
        long since = System.nanoTime();
        while (System.nanoTime() - since < STILL_NANOS && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            Map<String, Long> now = site.residue();
            if (!now.equals(left)) {
                left = now;
                since = System.nanoTime();
            }
        }
        return new TreeMap<>(left);
    }

    /** What is left when all that may not has gone, or that long has passed: what a killed member left may stay for a time-to-live or two. */
    List<Residue> awaited(Site site, Duration patience) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        Map<String, Long> left = site.residue();
        while (left.entrySet().stream().anyMatch(entry -> entry.getValue() > allowed(entry.getKey()))
                && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(100);
            left = site.residue();
        }
        return left.entrySet().stream()
                .map(entry -> new Residue(entry.getKey(), entry.getValue(), allowed(entry.getKey())))
                .toList();
    }

    private long allowed(String what) {
        return allowed.getOrDefault(what, 0L);
    }
}
