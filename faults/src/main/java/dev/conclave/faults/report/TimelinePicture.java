package dev.conclave.faults.report;

import dev.conclave.faults.checker.Timeline;
import dev.conclave.faults.checker.Timeline.Break;
import dev.conclave.faults.checker.Timeline.Hold;
import dev.conclave.faults.checker.Timeline.Loss;
import dev.conclave.faults.history.Event.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A part of a run as a picture: above, what befell the servers and each member; below, who believed to hold each name, with the token where there
 * is room for it. Its colours follow the reader's light or dark mode.
 */
final class TimelinePicture {
    private static final int WIDTH = 1200;
    private static final int LEFT = 128;
    private static final int RIGHT = 16;
    private static final int TOP = 96;
    private static final int LANE = 24;
    private static final int BAR = 18;
    private static final int GROUP_GAP = 34;
    private static final double LETTER = 6.1;

    private final String title;
    private final Timeline timeline;
    private final Window window;
    private final StringBuilder svg = new StringBuilder();

    TimelinePicture(String title, Timeline timeline, Window window) {
        this.title = title;
        this.timeline = timeline;
        this.window = window;
    }

    /** A row. */
    private record Lane(String label, double y, double height) {}

    String draw() {
        List<Lane> faults = new ArrayList<>();
        double y = TOP;
        for (String target : targets()) {
            faults.add(new Lane(target, y, LANE));
            y += LANE;
        }
        y += GROUP_GAP;
        List<Lane> holders = new ArrayList<>();
        for (String name : names()) {
            double height = isShared(name) ? timeline.members().size() * 7 + 8 : LANE + 2;
            holders.add(new Lane(name, y, height));
            y += height;
        }
        double bottom = y;
        int height = (int) bottom + 88;
        head(height);
        grid(bottom);
        group("what was broken", TOP);
        group(
                "who believed to have it, until it gave it back or it was no longer valid",
                holders.get(0).y());
        faults.forEach(this::faultLane);
        holders.forEach(this::holderLane);
        legend(bottom + 46);
        return svg.append("</svg>\n").toString();
    }

    private List<String> targets() {
        boolean servers = timeline.breaks().stream().anyMatch(TimelinePicture::ofServers);
        return Stream.concat(servers ? Stream.of("servers") : Stream.<String>empty(), timeline.members().stream())
                .toList();
    }

    private boolean severalServers() {
        return timeline.breaks().stream()
                .anyMatch(fault ->
                        fault.target().startsWith("server-") && !fault.target().equals("server-1"));
    }

    private static boolean ofServers(Break fault) {
        return fault.target().startsWith("server");
    }

    /** Elections first, then locks; those that are shared last. */
    private List<String> names() {
        return timeline.holds().stream()
                .sorted(Comparator.<Hold, Boolean>comparing(hold -> hold.mode() != Mode.LEADERSHIP)
                        .thenComparing(hold -> isShared(hold.name()))
                        .thenComparing(Hold::name))
                .map(Hold::name)
                .distinct()
                .toList();
    }

    private boolean isShared(String name) {
        return timeline.holds().stream().anyMatch(hold -> hold.name().equals(name) && hold.mode() == Mode.SHARED);
    }

    private boolean isElection(String name) {
        return timeline.holds().stream().anyMatch(hold -> hold.name().equals(name) && hold.mode() == Mode.LEADERSHIP);
    }

    private double x(double seconds) {
        double clipped = Math.max(window.from(), Math.min(window.until(), seconds));
        return LEFT + (clipped - window.from()) / window.length() * (WIDTH - LEFT - RIGHT);
    }

    private void head(int height) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">",
                WIDTH, height, WIDTH, height);
        add("<title>%s</title>", escaped(title));
        svg.append(Palette.style(timeline.members()));
        add("<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"8\"/>", WIDTH, height);
        add("<text class=\"title\" x=\"16\" y=\"30\">%s</text>", escaped(title));
        add(
                "<text class=\"note\" x=\"16\" y=\"50\">seconds %.0f to %.0f of the run%s</text>",
                window.from(),
                window.until(),
                window.until() > timeline.healed()
                        ? String.format(Locale.ROOT, "; all faults were over at %.1f s", timeline.healed())
                        : "");
    }

    private void grid(double bottom) {
        for (double second = Math.ceil(window.from()); second <= window.until(); second++) {
            boolean labelled = Math.round(second) % 5 == 0;
            add(
                    "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.1f\"/>",
                    labelled ? "grid strong" : "grid", x(second), x(second), TOP, bottom);
            if (labelled) {
                add("<text class=\"tick\" x=\"%.1f\" y=\"%.1f\">%.0f s</text>", x(second), bottom + 16, second);
            }
        }
    }

    private void group(String text, double y) {
        add("<text class=\"group\" x=\"%d\" y=\"%.1f\">%s</text>", LEFT, y - 9, text);
    }

    private void label(Lane lane, String text) {
        add(
                "<text class=\"lane\" x=\"%d\" y=\"%.1f\">%s</text>",
                LEFT - 10, lane.y() + lane.height() / 2 + 4, escaped(text));
        add(
                "<line class=\"rule\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                16, WIDTH - RIGHT, lane.y() + lane.height(), lane.y() + lane.height());
    }

    private void faultLane(Lane lane) {
        boolean servers = lane.label().equals("servers");
        label(lane, lane.label());
        if (!servers) {
            add("<circle class=\"m-%s\" cx=\"26\" cy=\"%.1f\" r=\"5\"/>", lane.label(), lane.y() + lane.height() / 2);
        }
        List<Break> own = timeline.breaks().stream()
                .filter(fault -> servers ? ofServers(fault) : fault.target().equals(lane.label()))
                .filter(fault -> window.shows(fault.from(), fault.until()))
                .toList();
        for (int i = 0; i < own.size(); i++) {
            double next = own.size() > i + 1 ? x(own.get(i + 1).from()) : WIDTH - RIGHT;
            fault(lane, own.get(i), next, overlapped(own, i));
        }
    }

    /** Whether an earlier one still lasts: then the later is drawn in the lower half, as the earlier is in the upper. */
    private static boolean overlapped(List<Break> own, int index) {
        Break fault = own.get(index);
        return own.subList(0, index).stream().anyMatch(earlier -> earlier.until() > fault.from());
    }

    private void fault(Lane lane, Break fault, double next, boolean below) {
        FaultLook look = FaultLook.of(fault, severalServers());
        double from = x(fault.from());
        double width = Math.max(look.instant() ? 3 : 2, x(fault.until()) - from);
        double half = BAR / 2.0;
        boolean shared = below || isOverlappedLater(fault);
        double y = lane.y() + 3 + (below ? half : 0);
        double height = shared ? half : BAR;
        add(
                "<rect class=\"f-%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"><title>%s</title></rect>",
                look.style(), from, y, width, height, escaped(tooltip(fault)));
        double needed = look.label().length() * LETTER * (shared ? 0.85 : 1) + 6;
        double baseline = y + height / 2 + (shared ? 3 : 4);
        String size = shared ? " small" : "";
        if (needed <= width && !look.instant()) {
            add(
                    "<text class=\"in-%s%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                    look.style(), size, from + 4, baseline, look.label());
        } else if (!below && from + width + needed <= next) {
            add(
                    "<text class=\"beside%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                    size, from + width + 3, baseline, look.label());
        }
    }

    private boolean isOverlappedLater(Break fault) {
        return timeline.breaks().stream()
                .anyMatch(other -> (other.target().equals(fault.target()) || (ofServers(other) && ofServers(fault)))
                        && other.from() > fault.from()
                        && other.from() < fault.until());
    }

    private static String tooltip(Break fault) {
        return String.format(
                Locale.ROOT, "%s of %s, %.3f s to %.3f s", fault.kind(), fault.target(), fault.from(), fault.until());
    }

    private void holderLane(Lane lane) {
        boolean shared = isShared(lane.label());
        label(lane, (isElection(lane.label()) ? "election " : "lock ") + lane.label());
        timeline.holds().stream()
                .filter(hold -> hold.name().equals(lane.label()) && window.shows(hold.from(), hold.until()))
                .forEach(hold -> hold(lane, hold, shared));
        timeline.losses().stream()
                .filter(loss -> loss.name().equals(lane.label()) && window.shows(loss.at(), loss.at()))
                .forEach(loss -> loss(lane, loss, shared));
    }

    private double row(Lane lane, String member, boolean shared) {
        return shared ? lane.y() + 4 + 7 * timeline.members().indexOf(member) : lane.y() + 4;
    }

    private void hold(Lane lane, Hold hold, boolean shared) {
        double from = x(hold.from());
        double width = Math.max(1.2, x(hold.until()) - from - 1);
        double y = row(lane, hold.member(), shared);
        double height = shared ? 6 : BAR;
        add(
                "<rect class=\"m-%s%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>",
                hold.member(),
                hold.mode() == Mode.SHARED ? " reader" : "",
                from,
                y,
                width,
                height,
                escaped(String.format(
                        Locale.ROOT,
                        "%s, token %d, %.3f s to %.3f s",
                        hold.member(),
                        hold.token(),
                        hold.from(),
                        hold.until())));
        if (!shared) {
            String full = hold.member() + " " + hold.token();
            String brief = hold.member() + " …" + hold.token() % 10_000;
            Stream.of(full, brief, hold.member())
                    .filter(text -> text.length() * LETTER + 8 <= width)
                    .findFirst()
                    .ifPresent(text -> add(
                            "<text class=\"on-%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                            hold.member(), from + 4, y + height / 2 + 4, escaped(text)));
        }
    }

    private void loss(Lane lane, Loss loss, boolean shared) {
        double x = x(loss.at());
        double y = row(lane, loss.member(), shared) + (shared ? 3 : BAR / 2.0);
        double arm = shared ? 3 : 4.5;
        String cross = String.format(
                Locale.ROOT,
                "M%.1f %.1fl%.1f %.1fm0 %.1fl%.1f %.1f",
                x - arm,
                y - arm,
                2 * arm,
                2 * arm,
                -2 * arm,
                -2 * arm,
                2 * arm);
        add("<path class=\"halo\" d=\"%s\"/>", cross);
        add(
                "<path class=\"loss\" d=\"%s\"><title>%s</title></path>",
                cross,
                escaped(String.format(
                        Locale.ROOT, "%s was told at %.3f s: %s", loss.member(), loss.at(), loss.reason())));
    }

    private void legend(double y) {
        double x = 16;
        for (FaultLook look : FaultLook.legend()) {
            add(
                    "<rect class=\"f-%s\" x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"12\" rx=\"2\"/>",
                    look.style(), x, y - 10);
            add("<text class=\"key\" x=\"%.1f\" y=\"%.1f\">%s</text>", x + 19, y, look.label());
            x += 19 + look.label().length() * LETTER + 22;
        }
        x = 16;
        double below = y + 24;
        for (String member : timeline.members()) {
            add("<rect class=\"m-%s\" x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"12\"/>", member, x, below - 10);
            add("<text class=\"key\" x=\"%.1f\" y=\"%.1f\">%s</text>", x + 19, below, escaped(member));
            x += 19 + member.length() * LETTER + 22;
        }
        add("<path class=\"loss\" d=\"M%.1f %.1fl9 9m0 -9l-9 9\"/>", x, below - 9);
        String lost = "the holder was told that it had lost it";
        add("<text class=\"key\" x=\"%.1f\" y=\"%.1f\">%s</text>", x + 15, below, lost);
        x += 15 + lost.length() * LETTER + 22;
        add(
                "<text class=\"key\" x=\"%.1f\" y=\"%.1f\">the number is the fencing token, or the end of it</text>",
                x, below);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
