package dev.conclave.kit.teeth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

@DisplayName("A scenario fails on a driver that is wrong")
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(
        value = "dev.conclave.kit.machine",
        mode = ResourceAccessMode.READ) // not beside scenarios that want it alone
class TeethTest {
    static List<Arguments> breakages() {
        return List.of(
                arguments(Breakages.ReleasesAnybodys.class, "StaleHolders", "staleSteps"),
                arguments(Breakages.NeverExpires.class, "ClosingBasics", "boundedWhenCutOff"),
                arguments(Breakages.NeverExpires.class, "SharedLockBasics", "readerCutOff"),
                arguments(Breakages.ExpiresEarly.class, "LosingLines", "silentDrop"),
                arguments(Breakages.ExpiresEarly.class, "LosingLines", "lateReplies"),
                arguments(Breakages.ExpiresEarly.class, "LeaderFaults", "beliefs"),
                arguments(Breakages.NeverTells.class, "LosingLines", "sessionEnded"),
                arguments(Breakages.DropsEvents.class, "WatchBasics", "manyChanges"),
                arguments(Breakages.DropsEvents.class, "GroupFaults", "viewsConverge"),
                arguments(Breakages.ShowsOldRosters.class, "GroupFaults", "leaveAndRejoin"),
                arguments(Breakages.TokensGoBack.class, "FencingTokens", "handOvers"),
                arguments(Breakages.GrantsTwo.class, "LockBasics", "exclusive"),
                arguments(Breakages.GrantsTwo.class, "LockBasics", "mutualExclusion"),
                arguments(Breakages.GrantsTwo.class, "ElectionBasics", "oneLeader"),
                arguments(Breakages.SharesNothing.class, "SharedLockBasics", "readersAndWriter"),
                arguments(Breakages.BreaksAnyToken.class, "Operations", "breaking"),
                arguments(Breakages.FoldsCase.class, "NameScenarios", "locks"),
                arguments(Breakages.HashesTooShort.class, "KnownFaults", "noSmallHashes"),
                arguments(Breakages.NeverTakesOver.class, "GroupFaults", "takeOver"),
                arguments(Breakages.ForgetsToRelease.class, "GivingUp", "interrupted"),
                arguments(Breakages.ForgetsToRelease.class, "Renewals", "nothingAccumulates"),
                arguments(Breakages.ListsElections.class, "KnownFaults", "noPhantoms"));
    }

    static Stream<Arguments> scenarios() {
        return breakages().stream()
                .map(breakage -> List.of(breakage.get()[1], breakage.get()[2]))
                .distinct()
                .map(scenario -> arguments(scenario.get(0), scenario.get(1)));
    }

    @ParameterizedTest(name = "{0} is caught by {1}.{2}")
    @MethodSource("breakages")
    void isCaught(Class<? extends BrokenKit> breakage, String group, String scenario) {
        TestExecutionSummary summary = run(breakage, group, scenario);

        assertThat(summary.getTestsFailedCount()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}.{1} passes over the same line on a driver that is right")
    @MethodSource("scenarios")
    void isNotAlwaysRed(String group, String scenario) {
        TestExecutionSummary summary = run(Breakages.Sound.class, group, scenario);

        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    }

    private static TestExecutionSummary run(Class<? extends BrokenKit> kit, String group, String scenario) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(kit))
                .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(is(test, group, scenario)))
                // The run around this one has the threads.
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build();
        Launcher launcher = LauncherFactory.create();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        launcher.execute(request, listener);
        return listener.getSummary();
    }

    private static boolean is(TestDescriptor test, String group, String scenario) {
        String id = test.getUniqueId().toString();
        return !test.isTest() || (id.contains("nested-class:" + group + "]") && id.contains("#" + scenario + "("));
    }
}
