package dev.conclave.bench.workloads;

import dev.conclave.bench.Backend;
import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Plan;
import dev.conclave.bench.Sheet;
import java.util.List;

/** Something to measure. */
public interface Workload {
    /** As it is written on the command line. */
    String name();

    /** What is done and what the figures mean, for the table. */
    String caption();

    /** What the sizes count, such as "waiting"; empty where nothing grows. */
    default String axis() {
        return "";
    }

    /** Whether a contestant can take part. */
    boolean suits(Contestant contestant);

    /** About how many seconds it takes, so that somebody who waits knows. */
    double estimate(Plan plan, List<Contestant> contestants);

    /** Measures all contestants of a course. */
    void run(Course course) throws Exception;

    /** Where its figures go. */
    default Sheet sheet(Backend backend) {
        return new Sheet(name(), backend, caption(), axis());
    }
}
