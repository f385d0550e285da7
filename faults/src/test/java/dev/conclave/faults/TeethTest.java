package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.checker.Verdict;
import dev.conclave.faults.nemesis.Fault;
import dev.conclave.faults.nemesis.Kind;
import dev.conclave.faults.nemesis.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A short run has teeth: it catches")
class TeethTest {
    private static final int OVERLAP = 2;
    private static final int LOSS_TOLD = 3;
    private static final int VIEWS = 6;

    @Test
    @DisplayName("a driver that releases without looking at whose claim it is")
    void releaseWithoutToken(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        try (Mutant mutant = new Mutant(
                folder,
                "drivers/table/src/main/java/dev/conclave/table/ClaimSteps.java",
                "if (claim == 0) { return Released.NOTHING; } boolean held = claims.isHeld(claim);",
                "if (name != 0 && (claim == 0 || !claims.isHeld(claim))) {"
                        + " if (claim != 0) { remove(claim); } claim = claims.firstOfName(name); }"
                        + " if (claim == 0) { return Released.NOTHING; } boolean held = claims.isHeld(claim);")) {
            // Whether somebody else holds the lock when a stopped holder releases it is up to chance.
            List<Integer> violated = List.of();
            for (int attempt = 1; attempt <= 3 && !violated.contains(OVERLAP); attempt++) {
                Path runs = folder.resolve("attempt-" + attempt);
                violated = ShortRuns.violated(
                        ShortRuns.run(ShortRuns.settings(runs, "file", attempt, 12, EnumSet.of(Kind.MEMBER_PAUSE))));
            }
            assertThat(violated).contains(OVERLAP).isSubsetOf(OVERLAP, LOSS_TOLD);
        }
    }

    @Test
    @DisplayName("a watch that drops an event")
    void droppedEvent(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        try (Mutant mutant = new Mutant(
                folder,
                "core/src/main/java/dev/conclave/engine/GroupTracker.java",
                "tellAll(new GroupEvent.Left(member, after));",
                "if (!member.id().equals(\"bob\")) { tellAll(new GroupEvent.Left(member, after)); }")) {
            Verdict verdict = ShortRuns.run(ShortRuns.settings(folder, "file", 2, 15, EnumSet.of(Kind.MEMBER_KILL)));
            assertThat(ShortRuns.violated(verdict)).containsExactly(VIEWS);
        }
    }

    @Test
    @DisplayName(
            "an engine that counts its deadline from the reply of a renewal, and not one that counts from its sending")
    void deadlineFromReply(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        try (Mutant mutant = new Mutant(
                folder,
                "core/src/main/java/dev/conclave/engine/SessionKeeper.java",
                "if (session.confirmed(sent)) {",
                "if (session.confirmed(engine.time().nanoTime())) {")) {
            // Whether a late reply is under way when silence falls is up to chance, in each of five rounds.
            List<Integer> violated = List.of();
            for (int attempt = 1; attempt <= 3 && !violated.contains(OVERLAP); attempt++) {
                Verdict verdict =
                        ShortRuns.run(settings(folder.resolve("broken-" + attempt)), TeethTest::lateRepliesThenSilence);
                violated = ShortRuns.violated(verdict);
            }
            assertThat(violated).contains(OVERLAP).isSubsetOf(OVERLAP, LOSS_TOLD);
        }
        Verdict sound = ShortRuns.run(settings(folder.resolve("sound")), TeethTest::lateRepliesThenSilence);
        assertThat(ShortRuns.violated(sound)).isEmpty();
    }

    private static Settings settings(Path folder) throws Exception {
        Path histories = Files.createDirectories(folder.resolve("histories"));
        return new Settings("redis", 3, Duration.ofSeconds(24), 4, Duration.ofSeconds(2), Set.of(), histories, false);
    }

    /** In turn for three of four members: for a while replies come late, within the call time-out, and then nothing that they send arrives. */
    private static Plan lateRepliesThenSilence(Plan.Shape shape) {
        List<Fault> faults = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 3; i++) {
                String member = shape.members().get((round + i) % 4);
                Duration start = Duration.ofMillis(1_000 + 4_600 * round);
                Duration late = Duration.ofMillis(1_300);
                faults.add(new Fault(
                        faults.size() + 1, Kind.DELAY_TO_MEMBER, member, start, late, Map.of("millis", "400")));
                faults.add(new Fault(
                        faults.size() + 1,
                        Kind.DROP_TO_BACKEND,
                        member,
                        start.plus(late).plusMillis(1),
                        Duration.ofMillis(2_600),
                        Map.of("afterwards", "lost")));
            }
        }
        return new Plan(faults);
    }
}
