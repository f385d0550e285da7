package dev.conclave.bench.pictures;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Powers of ten side by side at equal distances. */
final class LogScale {
    private final int from;
    private final int to;
    private final double begin;
    private final double end;

    private LogScale(int from, int to, double begin, double end) {
        this.from = from;
        this.to = to;
        this.begin = begin;
        this.end = end;
    }

    /**
     * From the power of ten below all values to the one above them.
     *
     * @param begin where the lower end is drawn
     * @param end where the upper end is drawn
     */
    static LogScale of(Collection<Double> values, double begin, double end) {
        double least =
                values.stream().filter(value -> value > 0).min(Double::compare).orElse(1.0);
        double most = values.stream().max(Double::compare).orElse(1.0);
        int from = (int) Math.floor(Math.log10(least));
        int to = (int) Math.ceil(Math.log10(Math.max(most, least)));
        return new LogScale(from, Math.max(to, from + 1), begin, end);
    }

    /** Where a value is drawn; what is below the scale, zero among it, at its lower end. */
    double at(double value) {
        double power = value <= 0 ? from : Math.log10(value);
        double part = (Math.max(power, from) - from) / (to - from);
        return begin + part * (end - begin);
    }

    /** The powers of ten on it. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int power = from; power <= to; power++) {
            ticks.add(Math.pow(10, power));
        }
        return ticks;
    }

    /** A power of ten as people write it. */
    static String label(double power) {
        if (power >= 1e6) {
            return Math.round(power / 1e6) + "M";
        }
        if (power >= 1e3) {
            return Math.round(power / 1e3) + "k";
        }
        return power >= 1
                ? Long.toString(Math.round(power))
                : java.math.BigDecimal.valueOf(power).stripTrailingZeros().toPlainString();
    }
}
