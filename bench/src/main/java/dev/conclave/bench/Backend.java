package dev.conclave.bench;

import java.util.Locale;

/** What contestants run on. */
public enum Backend {
    REDIS,
    ZOOKEEPER,
    POSTGRESQL,
    ETCD,
    MEMCACHED,
    /** MariaDB. */
    MYSQL,
    /** Needs no server. */
    IPC,
    /** Needs no server. */
    FILE,
    /** Needs no server, and no other process sees it. */
    MEMORY;

    /** Whether there is a server, whose requests can be counted. */
    public boolean hasServer() {
        return switch (this) {
            case IPC, FILE, MEMORY -> false;
            default -> true;
        };
    }

    /** Whether several processes meet there. */
    public boolean acrossProcesses() {
        return this != MEMORY;
    }

    /** As it is written on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
