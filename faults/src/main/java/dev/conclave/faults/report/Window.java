package dev.conclave.faults.report;

import dev.conclave.faults.checker.Timeline;
import dev.conclave.faults.history.Event.Mode;

/**
 * A part of a run, in seconds.
 *
 * @param from its beginning
 * @param until its end
 */
record Window(double from, double until) {
    private static final double LENGTH = 30;

    boolean shows(double since, double end) {
        return end >= from && since <= until;
    }

    double length() {
        return until - from;
    }

    /** Where there is most to be seen: many kinds of faults, losses, and changes of leader. */
    static Window busiest(Timeline timeline) {
        double first = Math.floor(
                timeline.holds().stream().mapToDouble(Timeline.Hold::from).min().orElse(0));
        double last = Math.max(first + LENGTH, Math.ceil(timeline.healed()) + 2);
        Window best = new Window(first, first + LENGTH);
        double most = -1;
        for (double from = first; from + LENGTH <= last; from++) {
            Window window = new Window(from, from + LENGTH);
            double interest = interest(timeline, window);
            if (interest > most) {
                best = window;
                most = interest;
            }
        }
        return best;
    }

    private static double interest(Timeline timeline, Window window) {
        long kinds = timeline.breaks().stream()
                .filter(fault -> window.shows(fault.from(), fault.from()))
                .map(Timeline.Break::kind)
                .distinct()
                .count();
        long losses = timeline.losses().stream()
                .filter(loss -> window.shows(loss.at(), loss.at()))
                .count();
        long terms = timeline.holds().stream()
                .filter(hold -> hold.mode() == Mode.LEADERSHIP && window.shows(hold.from(), hold.from()))
                .count();
        return 4.0 * kinds + Math.min(losses, 20) + Math.min(terms, 15);
    }
}
