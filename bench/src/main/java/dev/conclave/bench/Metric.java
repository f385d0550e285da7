package dev.conclave.bench;

import java.util.Locale;

/**
 * A figure.
 *
 * @param name with its unit, for the head of a column
 * @param size how many there were of what the sheet's axis counts; 0 where nothing grows
 */
public record Metric(String name, Better better, int size) {
    /** Which way is better. */
    public enum Better {
        HIGHER,
        LOWER,
        /** Neither: it says how the contestant works. */
        NEITHER
    }

    /** The name with an arrow to where better is. */
    public String head() {
        return switch (better) {
            case HIGHER -> name + " ↑";
            case LOWER -> name + " ↓";
            case NEITHER -> name;
        };
    }

    /** Unique among the figures of a contestant in a sheet. */
    String key() {
        return size == 0 ? name : String.format(Locale.ROOT, "%s @ %,d", name, size);
    }

    /** The same when there are that many. */
    public Metric at(int many) {
        return new Metric(name, better, many);
    }

    /** More is better. */
    public static Metric higher(String name) {
        return new Metric(name, Better.HIGHER, 0);
    }

    /** Less is better. */
    public static Metric lower(String name) {
        return new Metric(name, Better.LOWER, 0);
    }

    /** Tells how the contestant works. */
    public static Metric neither(String name) {
        return new Metric(name, Better.NEITHER, 0);
    }
}
