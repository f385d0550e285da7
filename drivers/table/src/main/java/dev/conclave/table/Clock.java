package dev.conclave.table;

/** The two clocks. */
public interface Clock {
    /** Nanoseconds of the one monotonic clock that all processes share; decides. */
    long nanos();

    /** Milliseconds of the wall clock; only shown to people. */
    long millis();

    /** The machine's clocks. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }
    };
}
