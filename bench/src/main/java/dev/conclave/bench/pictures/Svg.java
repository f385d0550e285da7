package dev.conclave.bench.pictures;

import java.util.Locale;

/** A drawing. Everything has a class of the style sheet, which knows a light and a dark page. */
final class Svg {
    private static final String STYLE = """
            text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f; }
            .title { font-size: 16px; font-weight: 600; }
            .panel { font-size: 13px; font-weight: 600; }
            .faint { fill: #57606a; font-size: 11px; }
            .us-name { font-weight: 600; }
            .page { fill: #ffffff; }
            .grid { stroke: #d8dee4; stroke-width: 1; }
            .spread { stroke: #24292f; stroke-width: 1.2; }
            .floor { fill: #b1bac4; } .peer { fill: #6fa8dc; } .conclave { fill: #e8710a; }
            .line { fill: none; stroke-width: 2; }
            .on-redis { stroke: #d1344b; fill: #d1344b; } .on-zookeeper { stroke: #1a8a4a; fill: #1a8a4a; }
            .on-postgresql { stroke: #2f6fd0; fill: #2f6fd0; } .on-etcd { stroke: #8250df; fill: #8250df; }
            .on-memcached { stroke: #b87a00; fill: #b87a00; } .on-mysql { stroke: #008c95; fill: #008c95; }
            .on-ipc { stroke: #96653a; fill: #96653a; } .on-file { stroke: #6b7681; fill: #6b7681; }
            .on-memory { stroke: #c2408f; fill: #c2408f; }
            text.label { stroke: none; }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3; } .faint { fill: #9198a1; } .page { fill: #0d1117; }
              .grid { stroke: #30363d; } .spread { stroke: #e6edf3; }
              .floor { fill: #6e7681; } .peer { fill: #4a86c5; } .conclave { fill: #f0883e; }
              .on-redis { stroke: #ff7b8a; fill: #ff7b8a; } .on-zookeeper { stroke: #3fb950; fill: #3fb950; }
              .on-postgresql { stroke: #6cb0ff; fill: #6cb0ff; } .on-etcd { stroke: #bc8cff; fill: #bc8cff; }
              .on-memcached { stroke: #e3b341; fill: #e3b341; } .on-mysql { stroke: #39c5cf; fill: #39c5cf; }
              .on-ipc { stroke: #c69a6d; fill: #c69a6d; } .on-file { stroke: #9aa5b1; fill: #9aa5b1; }
              .on-memory { stroke: #f778ba; fill: #f778ba; }
            }
            .line { fill: none; }
            """;

    /** Where a text begins, or ends, or has its middle. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    private final StringBuilder body = new StringBuilder();

    void text(double x, double y, Anchor anchor, String style, String text) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>%n",
                x,
                y,
                anchor.name().toLowerCase(Locale.ROOT),
                style,
                escaped(text)));
    }

    void rectangle(double x, double y, double width, double height, String style) {
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"/>%n",
                x,
                y,
                width,
                height,
                style));
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        body.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n",
                x1,
                y1,
                x2,
                y2,
                style));
    }

    void dot(double x, double y, String style) {
        body.append(
                String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" class=\"%s\"/>%n", x, y, style));
    }

    /** All that was drawn, on a page of that size. */
    String page(double width, double height) {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">%n",
                        width,
                        height,
                        width,
                        height)
                + "<style>\n"
                + STYLE
                + "</style>\n"
                + String.format(Locale.ROOT, "<rect width=\"%.0f\" height=\"%.0f\" class=\"page\"/>%n", width, height)
                + body
                + "</svg>\n";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
