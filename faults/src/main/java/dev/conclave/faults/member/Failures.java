package dev.conclave.faults.member;

import dev.conclave.ConclaveException;
import java.time.LocalTime;
import java.time.ZoneId;

/** What the library threw goes to the member's log: what it says of itself in a line, what it did not foresee with all its stack. */
final class Failures {
    private Failures() {}

    static void note(Claims claims, String doing, Exception e) {
        claims.failed();
        System.err.println(LocalTime.now(ZoneId.systemDefault()) + " " + doing + ": " + e);
        if (!(e instanceof ConclaveException)) {
            e.printStackTrace();
        }
    }
}
