package dev.conclave.memcached;

import dev.conclave.DriverInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the probe at connecting found: how easily this server forgets. */
final class Deployment {
    private Deployment() {}

    /** What an operator should know; by the server's settings. */
    static List<String> warnings(Map<String, String> settings) {
        List<String> warnings = new ArrayList<>();
        if (settings.getOrDefault("evictions", "on").equals("on")) {
            warnings.add(
                    "it evicts items when its " + megabytes(settings) + " MB of memory are full, locks and groups too,"
                            + " and holders are told only afterwards; give locks a server of their own (or start it with -M, so"
                            + " that it refuses new items instead)");
        }
        if (settings.getOrDefault("dump_enabled", "yes").equals("no")
                || settings.getOrDefault("lru_crawler", "yes").equals("no")) {
            warnings.add(
                    "it does not tell what it stores, so that locks can be looked at but not listed; start it without"
                            + " -X and no_lru_crawler");
        }
        return warnings;
    }

    private static long megabytes(Map<String, String> settings) {
        try {
            return Long.parseLong(settings.getOrDefault("maxbytes", "0")) >> 20;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** After a loss the former holder believes for one time-to-live at most: here, that of this deployment. */
    static DriverInfo info(Duration ttl) {
        DriverInfo kind = MemcachedDriverProvider.INFO;
        return new DriverInfo(kind.name(), kind.schemes(), kind.urlForms(), kind.traits(), kind.deathSeenWithin(), ttl);
    }
}
