package dev.conclave.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Some measurements of one thing. */
public final class Spread {
    private final List<Double> values = new ArrayList<>();

    /** Of what was measured, in any order. */
    public static Spread of(Collection<? extends Number> values) {
        Spread spread = new Spread();
        values.forEach(value -> spread.values.add(value.doubleValue()));
        spread.values.sort(null);
        return spread;
    }

    /** Adds one. */
    public void add(double value) {
        values.add(value);
        values.sort(null);
    }

    /** Whether nothing was measured. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** In ascending order. */
    public List<Double> values() {
        return List.copyOf(values);
    }

    /** The middle one; of an even number the mean of the two in the middle. */
    public double median() {
        int middle = values.size() / 2;
        return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
    }

    /** The smallest measurement that at least this part of them does not exceed. */
    public double quantile(double part) {
        int rank = (int) Math.ceil(part * values.size());
        return values.get(Math.max(0, rank - 1));
    }

    /** The least. */
    public double least() {
        return values.get(0);
    }

    /** The most. */
    public double most() {
        return values.get(values.size() - 1);
    }

    /** "median (least–most)", or the one value there is. */
    @Override
    public String toString() {
        if (isEmpty()) {
            return "";
        }
        return values.size() == 1
                ? figure(median())
                : figure(median()) + " (" + figure(least()) + "–" + figure(most()) + ")";
    }

    /** With three digits or so. */
    public static String figure(double value) {
        double size = Math.abs(value);
        if (size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(
                Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : size == 0 ? "%.0f" : "%.3f", value);
    }
}
