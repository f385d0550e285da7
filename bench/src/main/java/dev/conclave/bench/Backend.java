package dev.conclave.bench;

import java.util.Locale;

/** What contestants run on. */
public enum Backend {
    REDIS,
    ZOOKEEPER,
    POSTGRESQL,
    /** Needs no server. */
    FILE,
    /** Needs no server, and no other process sees it. */
    MEMORY;

    /** As it is written on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
