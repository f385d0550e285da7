package dev.conclave.engine;

/** Begins acquisitions for one coordinator. */
interface Acquisitions {
    Acquisition of(Acquisition.Wanted wanted, long patienceNanos);
}
