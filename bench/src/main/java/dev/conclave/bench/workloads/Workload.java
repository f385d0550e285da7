package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;

/** Something to measure. */
public interface Workload {
    /** As it is written on the command line. */
    String name();

    /** What is done and what the figures mean, for the table. */
    String caption();

    /** Whether a contestant can take part. */
    boolean suits(Contestant contestant);

    /** Measures all contestants of a course. */
    void run(Course course) throws Exception;
}
