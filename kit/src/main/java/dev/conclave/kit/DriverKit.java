package dev.conclave.kit;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every scenario of the conformance kit, for one driver: a driver's test class extends this and says how to start its backend.
 *
 * <p>The scenarios run side by side if the test run has {@code junit.jupiter.execution.parallel.enabled=true}. These system
 * properties are understood:
 *
 * <ul>
 *   <li>{@code conclave.kit.only=L1,E5}: only these scenarios; no results are written then
 *   <li>{@code conclave.kit.long=true}: the long form of those whose size can be chosen: all 50 cuts, all 100,000 names
 *   <li>{@code conclave.kit.results=DIR}: where {@code DRIVER.json} is written; {@code target/conformance} by default
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

    /** Where {@code DRIVER.json} is written; empty if the results are not to be kept, as by default after a partial run. */
    protected Optional<Path> resultsFolder() {
        Path folder = Path.of(System.getProperty("conclave.kit.results", "target/conformance"));
        return Selection.isPartial() ? Optional.empty() : Optional.of(folder);
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
