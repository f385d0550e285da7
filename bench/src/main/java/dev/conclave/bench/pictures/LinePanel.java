package dev.conclave.bench.pictures;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** Lines on two logarithmic axes, each named at its end. */
final class LinePanel implements Panel {
    private static final double HEIGHT = 300;
    private static final double HEAD = 28;
    private static final double FOOT = 36;
    private static final double LEFT = 44;
    private static final double RIGHT = 84;
    private static final double LABEL_APART = 13;

    /**
     * A line.
     *
     * @param style of the style sheet
     * @param points by size
     */
    record Line(String name, String style, NavigableMap<Integer, Double> points) {}

    private record Label(String name, String style, double y) {}

    private final String title;
    private final String axis;
    private final List<Line> lines;

    LinePanel(String title, String axis, List<Line> lines) {
        this.title = title;
        this.axis = axis;
        this.lines = lines;
    }

    @Override
    public double height() {
        return HEIGHT;
    }

    @Override
    public void draw(Svg svg, double x, double y, double width) {
        List<Double> sizes = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        lines.forEach(line -> line.points.forEach((size, value) -> {
            sizes.add((double) size);
            values.add(value);
        }));
        LogScale across = LogScale.of(sizes, x + LEFT, x + width - RIGHT);
        LogScale up = LogScale.of(values, y + HEIGHT - FOOT, y + HEAD);
        svg.text(x, y + 13, Svg.Anchor.START, "panel", title);
        grid(svg, across, up);
        svg.text((across.at(0) + x + width - RIGHT) / 2, y + HEIGHT - 4, Svg.Anchor.MIDDLE, "faint", axis);
        lines.forEach(line -> draw(svg, line, across, up));
        labels(svg, across, up, x + width - RIGHT, y + HEAD, y + HEIGHT - FOOT);
    }

    private static void grid(Svg svg, LogScale across, LogScale up) {
        List<Double> columns = across.ticks();
        List<Double> rows = up.ticks();
        double left = across.at(columns.get(0));
        double right = across.at(columns.get(columns.size() - 1));
        double bottom = up.at(rows.get(0));
        double top = up.at(rows.get(rows.size() - 1));
        for (double tick : columns) {
            svg.line(across.at(tick), top, across.at(tick), bottom, "grid");
            svg.text(across.at(tick), bottom + 15, Svg.Anchor.MIDDLE, "faint", LogScale.label(tick));
        }
        for (double tick : rows) {
            svg.line(left, up.at(tick), right, up.at(tick), "grid");
            svg.text(left - 6, up.at(tick) + 4, Svg.Anchor.END, "faint", LogScale.label(tick));
        }
    }

    private static void draw(Svg svg, Line line, LogScale across, LogScale up) {
        Map.Entry<Integer, Double> before = null;
        for (Map.Entry<Integer, Double> point : line.points.entrySet()) {
            double x = across.at(point.getKey());
            double y = up.at(point.getValue());
            if (before != null) {
                svg.line(across.at(before.getKey()), up.at(before.getValue()), x, y, "line " + line.style);
            }
            svg.dot(x, y, line.style);
            before = point;
        }
    }

    /** Beside the last points; at the right edge moved apart where they would cover each other. */
    private void labels(Svg svg, LogScale across, LogScale up, double edge, double top, double bottom) {
        List<Label> atEdge = new ArrayList<>();
        for (Line line : lines) {
            double x = across.at(line.points.lastKey());
            double y = up.at(line.points.lastEntry().getValue());
            if (x < edge - 1) {
                // Above the line, as another may go on below.
                svg.text(x + 5, y - 6, Svg.Anchor.START, "label " + line.style, line.name);
            } else {
                atEdge.add(new Label(line.name, line.style, y));
            }
        }
        atEdge.sort(Comparator.comparingDouble(Label::y));
        List<Double> places = apart(atEdge.stream().map(Label::y).toList(), LABEL_APART, top, bottom);
        for (int i = 0; i < places.size(); i++) {
            Label label = atEdge.get(i);
            svg.text(edge + 8, places.get(i) + 4, Svg.Anchor.START, "label " + label.style, label.name);
        }
    }

    /** Ascending places, each at least so far from the one before, and all between the ends if there is room. */
    static List<Double> apart(List<Double> ascending, double distance, double first, double last) {
        List<Double> places = new ArrayList<>();
        double next = first;
        for (double wanted : ascending) {
            double place = Math.max(wanted, next);
            places.add(place);
            next = place + distance;
        }
        double most = last;
        for (int i = places.size() - 1; i >= 0 && places.get(i) > most; i--) {
            places.set(i, most);
            most -= distance;
        }
        return places;
    }
}
