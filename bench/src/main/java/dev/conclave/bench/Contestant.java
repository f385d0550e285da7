package dev.conclave.bench;

import java.util.Set;

/**
 * Somebody who takes part.
 *
 * @param name unique among the contestants on its backend
 * @param version of the library, for the report; read from the jar
 */
public record Contestant(
        String name, Backend backend, Kind kind, Set<Feature> features, String version, Opener opener) {
    /** What a contestant is in the table. */
    public enum Kind {
        /** Us. */
        CONCLAVE,
        /** Another library, used as its documentation says. */
        PEER,
        /** The raw client doing the least writes with which a lock could be taken and given up, promising nothing. */
        FLOOR
    }

    /** Connects. */
    @FunctionalInterface
    public interface Opener {
        /**
         * Opens a client.
         *
         * @param url the server, as Conclave writes it
         * @param member unique among the clients of a run
         */
        Client open(String url, String member) throws Exception;
    }

    /** Connects a client. */
    public Client open(String url, String member) throws Exception {
        return opener.open(url, member);
    }

    /** Whether it is Conclave. */
    public boolean isUs() {
        return kind == Kind.CONCLAVE;
    }

    /** Whether the contestant has a feature. */
    public boolean has(Feature feature) {
        return features.contains(feature);
    }
}
