package dev.conclave.faults.checker;

/** One thing that is decided of a run. Has no state. */
interface Check {
    /** As the report and the findings count them. */
    int number();

    /** What must hold, as a short phrase. */
    String title();

    /** Reads the run, and says what it found. */
    void decide(Run run, Decision decision);
}
