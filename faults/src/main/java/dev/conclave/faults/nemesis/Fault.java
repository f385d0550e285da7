package dev.conclave.faults.nemesis;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * A fault that is planned.
 *
 * @param id counts from 1
 * @param target a member's id; {@code server-2}, {@code servers} for all
 * @param start after the beginning of the run
 * @param length how long it lasts; zero for what happens at an instant
 * @param details what else was chosen
 */
public record Fault(long id, Kind kind, String target, Duration start, Duration length, Map<String, String> details) {
    static final String ALL_SERVERS = "servers";
    static final String SERVER = "server-";

    Duration end() {
        return start.plus(length);
    }

    /** What it happens to, of which there is one at a time. */
    String victim() {
        return kind.on() == Kind.On.SERVERS ? ALL_SERVERS : kind.on() + " of " + target;
    }

    /** One line for people. */
    @Override
    public String toString() {
        String what = String.format(Locale.ROOT, "%8.3f s %s of %s", start.toMillis() / 1e3, kind.label(), target);
        return what
                + (length.isZero() ? "" : " for " + length.toMillis() + " ms")
                + (details.isEmpty() ? "" : " " + details);
    }
}
