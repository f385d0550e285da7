package dev.conclave.kit;

import java.util.Map;
import java.util.StringJoiner;

/** What is worth knowing beside a failure: added to it as suppressed, so that every report shows it. */
final class Diagnosis extends Exception {
    private static final long serialVersionUID = 1L;

    Diagnosis(String logs, boolean withThreads) {
        super(withThreads ? logs + "\n" + threads() : logs, null, false, false);
    }

    private static String threads() {
        StringJoiner dump = new StringJoiner("\n");
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            dump.add(entry.getKey().getName() + " " + entry.getKey().getState());
            for (StackTraceElement frame : entry.getValue()) {
                dump.add("    at " + frame);
            }
        }
        return dump.toString();
    }
}
