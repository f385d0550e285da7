package dev.conclave.faults;

import dev.conclave.faults.checker.Finding;
import dev.conclave.faults.checker.Measure;
import dev.conclave.faults.checker.Result;
import dev.conclave.faults.checker.Verdict;
import java.io.PrintStream;
import java.util.Locale;

/** Prints what the checker found. */
final class Verdicts {
    private Verdicts() {}

    static void print(Verdict verdict, PrintStream out) {
        for (Measure measure : Measure.values()) {
            verdict.measure(measure)
                    .ifPresent(value -> out.printf("%16s  %s%n", measure.format(value), measure.label()));
        }
        for (Result result : verdict.results()) {
            String outcome = result.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            out.printf("%d  %-17s %s (%d decided)%n", result.number(), outcome, result.title(), result.decided());
            for (Finding finding : result.findings()) {
                out.println("   " + finding.toString().replace("\n", "\n   "));
            }
            if (result.violations() > result.findings().size()) {
                out.println("   and " + (result.violations() - result.findings().size()) + " more");
            }
        }
    }
}
