package dev.conclave.bench;

/**
 * A figure.
 *
 * @param name with its unit, for the head of a column
 */
public record Metric(String name, Better better) {
    /** Which way is better. */
    public enum Better {
        HIGHER,
        LOWER,
        /** Neither: it says how the contestant works. */
        NEITHER
    }

    /** The name with an arrow to where better is. */
    String head() {
        return switch (better) {
            case HIGHER -> name + " ↑";
            case LOWER -> name + " ↓";
            case NEITHER -> name;
        };
    }

    /** More is better. */
    public static Metric higher(String name) {
        return new Metric(name, Better.HIGHER);
    }

    /** Less is better. */
    public static Metric lower(String name) {
        return new Metric(name, Better.LOWER);
    }

    /** Tells how the contestant works. */
    public static Metric neither(String name) {
        return new Metric(name, Better.NEITHER);
    }
}
