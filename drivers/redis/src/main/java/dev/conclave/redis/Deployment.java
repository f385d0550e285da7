package dev.conclave.redis;

import dev.conclave.DriverInfo;
import dev.conclave.Trait;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.KeyValue;

/**
 * What the probe at connecting found: whether this server can forget what it was told.
 *
 * @param settings of the server, as far as it told them
 * @param kind how it is reached
 */
record Deployment(Map<String, String> settings, Servers.Kind kind) {
    private static final List<String> PATTERNS =
            List.of("maxmemory*", "append*", "no-appendfsync-on-rewrite", "save", "min-replicas-*");

    /** After how many seconds without a word a replica has left, at most. */
    private static final int LONGEST_LAG = 2;

    /** Asks the server. A user who may not ask is told what is not known. */
    static Deployment probe(Wire wire, Servers.Kind kind) throws IOException {
        Map<String, String> settings = new HashMap<>();
        try {
            for (String pattern : PATTERNS) {
                for (Object each : (List<?>) wire.ask("CONFIG", "GET", pattern)) {
                    KeyValue<?, ?> entry = (KeyValue<?, ?>) each;
                    settings.put(Login.text(entry.getKey()), Login.text(entry.getValue()));
                }
            }
        } catch (JedisDataException e) {
            // Not permitted, or no such command as with many hosted ones: warnings() says what is not known.
            settings.clear();
        }
        return new Deployment(settings, kind);
    }

    /** Keys of ours have no time-to-live, so the policies that evict only keys that have one leave them alone. */
    private boolean evicts() {
        return !settings.getOrDefault("maxmemory", "0").equals("0")
                && settings.getOrDefault("maxmemory-policy", "").startsWith("allkeys");
    }

    private boolean appends() {
        return settings.getOrDefault("appendonly", "").equals("yes");
    }

    private boolean losesNothing() {
        return kind == Servers.Kind.SINGLE
                && appends()
                && settings.getOrDefault("appendfsync", "").equals("always")
                // With this, always is not always: while the file is rewritten in the background, nothing is synced.
                && !settings.getOrDefault("no-appendfsync-on-rewrite", "no").equals("yes")
                && !evicts();
    }

    /** Whether it soon refuses to write when its replicas have left it for another primary. */
    private boolean noticesItsSuccessor() {
        int lag = Integer.parseInt(settings.getOrDefault("min-replicas-max-lag", "10"));
        return !settings.getOrDefault("min-replicas-to-write", "0").equals("0") && lag > 0 && lag <= LONGEST_LAG;
    }

    /** What an operator should know. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (settings.isEmpty()) {
            warnings.add(
                    "the server does not let this user read its settings, so it is not known whether it evicts keys or"
                            + " forgets them when it restarts; permit CONFIG GET to have that checked");
            return warnings;
        }
        if (evicts()) {
            warnings.add("its maxmemory-policy " + settings.get("maxmemory-policy")
                    + " may evict locks and groups when memory runs out, and holders are told only afterwards; set"
                    + " maxmemory-policy to noeviction or a volatile-* policy");
        }
        if (!appends() && settings.getOrDefault("save", "").isBlank()) {
            warnings.add("it has no persistence, and forgets locks and groups when it restarts; holders are told then."
                    + " Set appendonly yes and appendfsync always to keep them");
        }
        if (kind == Servers.Kind.SENTINEL && !noticesItsSuccessor()) {
            warnings.add(
                    "it goes on granting for seconds after the sentinels have promoted another server, and two members may"
                            + " hold one name on both; set min-replicas-to-write 1 and min-replicas-max-lag 2, with two replicas");
        }
        return warnings;
    }

    DriverInfo info(DriverInfo kindOfBackend, Duration ttl) {
        Set<Trait> traits = EnumSet.copyOf(kindOfBackend.traits());
        if (!losesNothing()) {
            traits.remove(Trait.DURABLE);
        }
        return new DriverInfo(
                kindOfBackend.name(),
                kindOfBackend.schemes(),
                kindOfBackend.urlForms(),
                traits,
                kindOfBackend.deathSeenWithin(),
                ttl);
    }
}
