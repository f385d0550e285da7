package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The simulation has teeth: it catches an engine")
class SimulationTeethTest {
    private static final int SCHEDULES = 5_000;

    static Stream<Mutant> mutants() throws IOException {
        return Stream.of(
                Mutant.named("that counts the deadline from the reply")
                        .replacing(
                                "engine/SessionKeeper.java",
                                "if (session.confirmed(sent)) {",
                                "if (session.confirmed(engine.time().nanoTime())) {"),
                Mutant.named("that does not look if its session has ended while it waited")
                        .replacing(
                                "engine/Acquisition.java",
                                "if (!asked.admit(claim)) {",
                                "asked.admit(claim); if (false) {")
                        .replacing("engine/Acquisition.java", "} else if (asked.isEnded()) {", "} else if (false) {"),
                Mutant.named("over a backend that releases without looking at whose claim it is")
                        .replacing(
                                "memory/ClaimLine.java",
                                "if (holders.remove(id) != null) {",
                                "if (holders.remove(id) != null || holders.keySet().removeIf(held -> true)) {")
                        // Or it would fail where the rightful holder finds its claim gone, before it did any harm.
                        .replacing(
                                "memory/Claims.java",
                                "Objects.requireNonNull(lines.get(key), \"no such line\");",
                                "lines.get(key); if (line == null) { return; }"),
                Mutant.named("that keeps what is granted after it gave up")
                        .replacing(
                                "engine/Acquisition.java",
                                "abandon(); if (outcome == null) {",
                                "if (outcome == null) {")
                        .replacing(
                                "engine/Acquisition.java",
                                "abandon(); result.completeExceptionally(reason);",
                                "result.completeExceptionally(reason);")
                        .replacing(
                                "engine/Acquisition.java",
                                "nobodys = settled && !asked.equals(kept);",
                                "nobodys = false;")
                        .replacing("engine/Acquisition.java", "nobodys = settled; if", "nobodys = false; if"),
                Mutant.named("that does not release again what may still be on its way")
                        .replacing("engine/Acquisition.java", "if (onItsWay && !in.isEnded()) {", "if (false) {")
                        .replacing("engine/HeldClaim.java", "if (echoes && !session.isEnded()) {", "if (false) {"),
                Mutant.named("that shows its own ghost in a group")
                        .replacing(
                                "engine/GroupTracker.java",
                                "return toldSo || endedHere.test(id.session().incarnation());",
                                "return false;"),
                Mutant.named("that prolongs a session which was seen as lost")
                        .replacing("engine/Session.java", "if (seenExpired) { return 0; }", "")
                        .replacing("engine/Session.java", "if (!isValid()) { return false; }", "")
                        .replacing("engine/Session.java", "return isValid(); }", "return true; }"),
                Mutant.named("that drops an event of a group")
                        .replacing("engine/GroupTracker.java", "tellAll(new GroupEvent.Left(member, after));", ""),
                Mutant.named("that does not tell a candidate of the end of its term")
                        .replacing("engine/Race.java", "term.revoked(loss);", ""));
    }

    @DisplayName("that is broken on purpose")
    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void catches(Mutant mutant, @TempDir Path directory) throws Exception {
        String violation = mutant.firstViolation(directory, SCHEDULES);
        System.out.println("An engine " + mutant + ": " + violation);
        assertThat(violation).as("the violation by an engine %s", mutant).startsWith("seed ");
    }
}
