package dev.conclave.bench.pictures;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Sheet;
import dev.conclave.bench.Spread;
import java.util.List;

/** One figure of all contestants on one backend: a bar to the median, a thin line from the least to the most. */
final class BarPanel implements Panel {
    private static final double HEAD = 24;
    private static final double ROW = 20;
    private static final double NAMES = 104;
    private static final double VALUES = 56;

    private final Sheet sheet;
    private final Metric metric;
    private final List<Contestant> contestants;

    BarPanel(Sheet sheet, Metric metric) {
        this.sheet = sheet;
        this.metric = metric;
        this.contestants = sheet.contestants().stream()
                .filter(each -> sheet.figure(each, metric).isPresent())
                .toList();
    }

    @Override
    public double height() {
        return HEAD + ROW * contestants.size();
    }

    @Override
    public void draw(Svg svg, double x, double y, double width) {
        svg.text(x, y + 13, Svg.Anchor.START, "panel", sheet.backend().label());
        double most = contestants.stream()
                .mapToDouble(each -> figure(each).most())
                .max()
                .orElse(1);
        double scale = (width - NAMES - VALUES) / Math.max(most, Double.MIN_NORMAL);
        double row = y + HEAD;
        for (Contestant contestant : contestants) {
            draw(svg, contestant, x, row, width, scale);
            row += ROW;
        }
        svg.line(x + NAMES, y + HEAD - 2, x + NAMES, row - 2, "grid");
    }

    private void draw(Svg svg, Contestant contestant, double x, double y, double width, double scale) {
        Spread figure = figure(contestant);
        boolean us = contestant.isUs();
        double zero = x + NAMES;
        svg.text(zero - 6, y + 12, Svg.Anchor.END, us ? "us-name" : "name", contestant.name());
        svg.rectangle(zero, y + 2, figure.median() * scale, 12, style(contestant));
        if (figure.most() > figure.least()) {
            double middle = y + 8;
            svg.line(zero + figure.least() * scale, middle, zero + figure.most() * scale, middle, "spread");
            svg.line(zero + figure.least() * scale, middle - 3, zero + figure.least() * scale, middle + 3, "spread");
            svg.line(zero + figure.most() * scale, middle - 3, zero + figure.most() * scale, middle + 3, "spread");
        }
        svg.text(x + width, y + 12, Svg.Anchor.END, us ? "us-name" : "value", brief(figure.median()));
    }

    private Spread figure(Contestant contestant) {
        return sheet.figure(contestant, metric).orElseThrow();
    }

    static String style(Contestant contestant) {
        return switch (contestant.kind()) {
            case CONCLAVE -> "conclave";
            case PEER -> "peer";
            case FLOOR -> "floor";
        };
    }

    /** Short enough for the margin. */
    static String brief(double value) {
        return value >= 1e6 ? Spread.figure(value / 1e6) + " M" : Spread.figure(value);
    }
}
