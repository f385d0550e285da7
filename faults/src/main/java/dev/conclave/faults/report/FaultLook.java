package dev.conclave.faults.report;

import dev.conclave.faults.checker.Timeline.Break;
import java.util.List;

/**
 * How a fault looks.
 *
 * @param style the class of its shape
 * @param label a word or two
 * @param instant whether it has no length
 */
record FaultLook(String style, String label, boolean instant) {
    /** @param several whether there is more than one server, so that it matters which */
    static FaultLook of(Break fault, boolean several) {
        return switch (fault.kind()) {
            case "member-pause", "server-pause" -> new FaultLook("pause", "stopped" + which(fault, several), false);
            case "member-kill" -> new FaultLook("kill", "killed", false);
            case "server-restart" -> new FaultLook("kill", "killed" + which(fault, several), false);
            case "server-wipe" -> new FaultLook("forget", "killed, wiped" + which(fault, several), false);
            case "flush" -> new FaultLook("forget", "flushed", true);
            case "fail-over" -> new FaultLook("lead", "fail-over", true);
            case "clock-jump" ->
                new FaultLook("clock", "clock " + fault.details().getOrDefault("seconds", "?") + " s", false);
            case "cut" -> new FaultLook("net", "cut", true);
            case "drop-to-backend" -> new FaultLook("net", "drop →", false);
            case "drop-to-member" -> new FaultLook("net", "drop ←", false);
            case "drop" -> new FaultLook("net", "drop ↔", false);
            case "delay-to-backend" -> new FaultLook("late", "delay →", false);
            case "delay-to-member" -> new FaultLook("late", "delay ←", false);
            case "delay" -> new FaultLook("late", "delay ↔", false);
            case "refuse" -> new FaultLook("net", "refused", false);
            default -> new FaultLook("net", fault.kind(), false);
        };
    }

    private static String which(Break fault, boolean several) {
        if (!several) {
            return "";
        }
        return switch (fault.target()) {
            case "servers" -> " all";
            default ->
                fault.target().startsWith("server-") ? " " + fault.target().substring("server-".length()) : "";
        };
    }

    /** One of each style, with what it stands for. */
    static List<FaultLook> legend() {
        return List.of(
                new FaultLook("pause", "stopped (SIGSTOP)", false),
                new FaultLook("kill", "killed, until it runs again", false),
                new FaultLook("net", "cut, refused or silently dropped", false),
                new FaultLook("late", "delayed", false),
                new FaultLook("clock", "wall clock off", false),
                new FaultLook("forget", "data gone", false),
                new FaultLook("lead", "fail-over", false));
    }
}
