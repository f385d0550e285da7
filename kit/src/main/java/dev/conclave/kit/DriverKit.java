package dev.conclave.kit;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every scenario of the conformance kit, for one driver: a driver's test class extends this and says how to start its backend.
 *
 * <p>The scenarios run side by side if {@code junit.jupiter.execution.parallel.enabled=true}. A run is governed by these, as
 * system properties or, but for the first two, in {@code junit-platform.properties}:
 *
 * <ul>
 *   <li>{@code conclave.kit.only=L1,E5}: only these scenarios; no results are written then
 *   <li>{@code conclave.kit.long=true}: the long form of those whose size can be chosen: all 50 cuts, all 100,000 names
 *   <li>{@code conclave.kit.docs=DIR}: fails unless the run found what is recorded in {@code DIR/conformance}, and unless the
 *       matrix {@code DIR/drivers.md} is what that gives, so that a scenario which stops applying is not overlooked
 *   <li>{@code conclave.kit.record=true}: records there what the run found, and writes the matrix anew
 * </ul>
 */
@ExtendWith(KitExtension.class)
@SuppressWarnings("exports") // JUnit makes the extension; nobody else has a use for it
public abstract class DriverKit {
    /** For subclasses. */
    protected DriverKit() {}

    /**
     * Starts a backend. Called once for the scenarios that share one, and once for each that needs one of its own.
     *
     * @return to be closed by the kit
     */
    protected abstract Backend startBackend() throws Exception;

    /**
     * Whether this class runs a scenario; by default all. For a second class of one driver, on another server of the same kind, to which
     * a selection is enough in most runs.
     *
     * @param scenario its id, such as {@code L1}
     */
    protected boolean runs(String scenario) {
        return true;
    }

    /**
     * Where the run's own results are written, as {@code DRIVER.json} with timings.
     *
     * @return by default {@code target/conformance}; empty after a partial run, which says nothing of the driver as a whole
     */
    protected Optional<Path> resultsFolder() {
        return Selection.isPartial() ? Optional.empty() : Optional.of(Path.of("target", "conformance"));
    }

    final Backend backend() {
        try {
            return startBackend();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the backend did not start", e);
        }
    }

    @Nested
    @DisplayName("Basics: groups")
    class GroupBasics extends dev.conclave.kit.scenarios.GroupBasics {}

    @Nested
    @DisplayName("Basics: watching groups")
    class WatchBasics extends dev.conclave.kit.scenarios.WatchBasics {}

    @Nested
    @DisplayName("Basics: closing")
    class ClosingBasics extends dev.conclave.kit.scenarios.ClosingBasics {}

    @Nested
    @DisplayName("Basics: locks")
    class LockBasics extends dev.conclave.kit.scenarios.LockBasics {}

    @Nested
    @DisplayName("Basics: shared locks")
    class SharedLockBasics extends dev.conclave.kit.scenarios.SharedLockBasics {}

    @Nested
    @DisplayName("Basics: elections")
    class ElectionBasics extends dev.conclave.kit.scenarios.ElectionBasics {}

    @Nested
    @DisplayName("Basics: partitions")
    class PartitionBasics extends dev.conclave.kit.scenarios.PartitionBasics {}

    @Nested
    @DisplayName("Basics: known faults stay out")
    class KnownFaults extends dev.conclave.kit.scenarios.KnownFaults {}

    @Nested
    @DisplayName("Losing: processes that are stopped")
    class LosingProcesses extends dev.conclave.kit.scenarios.LosingProcesses {}

    @Nested
    @DisplayName("Losing: lines that fail")
    class LosingLines extends dev.conclave.kit.scenarios.LosingLines {}

    @Nested
    @DisplayName("Losing: stale holders")
    class StaleHolders extends dev.conclave.kit.scenarios.StaleHolders {}

    @Nested
    @DisplayName("Losing: fencing tokens")
    class FencingTokens extends dev.conclave.kit.scenarios.FencingTokens {}

    @Nested
    @DisplayName("Losing: renewal")
    class Renewals extends dev.conclave.kit.scenarios.Renewals {}

    @Nested
    @DisplayName("Losing: giving up")
    class GivingUp extends dev.conclave.kit.scenarios.GivingUp {}

    @Nested
    @DisplayName("Losing: time limits")
    class TimeLimits extends dev.conclave.kit.scenarios.TimeLimits {}

    @Nested
    @DisplayName("Leaders: faults")
    class LeaderFaults extends dev.conclave.kit.scenarios.LeaderFaults {}

    @Nested
    @DisplayName("Leaders: processes")
    class LeaderProcesses extends dev.conclave.kit.scenarios.LeaderProcesses {}

    @Nested
    @DisplayName("Leaders: callbacks")
    class LeaderCallbacks extends dev.conclave.kit.scenarios.LeaderCallbacks {}

    @Nested
    @DisplayName("Groups: processes")
    class GroupProcesses extends dev.conclave.kit.scenarios.GroupProcesses {}

    @Nested
    @DisplayName("Groups: faults")
    class GroupFaults extends dev.conclave.kit.scenarios.GroupFaults {}

    @Nested
    @DisplayName("Groups: crowds")
    class GroupCrowd extends dev.conclave.kit.scenarios.GroupCrowd {}

    @Nested
    @DisplayName("Names and growth")
    class NameScenarios extends dev.conclave.kit.scenarios.NameScenarios {}

    @Nested
    @DisplayName("Threads")
    class ThreadScenarios extends dev.conclave.kit.scenarios.ThreadScenarios {}

    @Nested
    @DisplayName("Clocks")
    class Clocks extends dev.conclave.kit.scenarios.Clocks {}

    @Nested
    @DisplayName("Backends that forget")
    class Forgetting extends dev.conclave.kit.scenarios.Forgetting {}

    @Nested
    @DisplayName("Operations")
    class Operations extends dev.conclave.kit.scenarios.Operations {}

    @Nested
    @DisplayName("Waiters")
    class Waiters extends dev.conclave.kit.scenarios.Waiters {}

    @Nested
    @DisplayName("Bad input")
    class BadInput extends dev.conclave.kit.scenarios.BadInput {}
}
