package dev.conclave.faults.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a plan of faults")
class PlanTest {
    private static final Duration TTL = Duration.ofSeconds(3);
    private static final Duration UNTIL = Duration.ofMinutes(5);
    private static final Plan.Shape SHAPE = new Plan.Shape(List.of("ada", "bob", "cyd"), 3, EnumSet.allOf(Kind.class));

    private static Plan plan(long seed) {
        return Plan.of(seed, SHAPE, TTL, UNTIL);
    }

    @Test
    @DisplayName("is the same for the same seed, and another one for another")
    void isDetermined() {
        assertThat(plan(7)).isEqualTo(plan(7));
        assertThat(LongStream.range(0, 100).mapToObj(PlanTest::plan)).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("has all kinds, some of them at once, and breaks no victim twice at a time")
    void mixes() {
        List<Fault> faults = plan(42).faults();

        assertThat(faults.stream().map(Fault::kind).collect(Collectors.toSet()))
                .hasSameElementsAs(List.of(Kind.values()));
        assertThat(faults).anyMatch(one -> faults.stream().anyMatch(two -> one.id() < two.id() && overlap(one, two)));
        Map<String, List<Fault>> byVictim = faults.stream().collect(Collectors.groupingBy(Fault::victim));
        assertThat(byVictim.values())
                .allSatisfy(victims -> assertThat(victims)
                        .noneMatch(one -> victims.stream().anyMatch(two -> one.id() < two.id() && overlap(one, two))));
    }

    private static boolean overlap(Fault one, Fault two) {
        return one.start().compareTo(two.end()) < 0 && two.start().compareTo(one.end()) < 0;
    }

    @Test
    @DisplayName("begins faults in the order of their ids, and has ended all of them in time")
    void ends() {
        List<Fault> faults = plan(42).faults();

        assertThat(faults).extracting(Fault::start).isSorted();
        assertThat(faults).extracting(Fault::id).doesNotHaveDuplicates();
        assertThat(faults).allSatisfy(fault -> assertThat(fault.end()).isLessThanOrEqualTo(UNTIL));
    }

    @Test
    @DisplayName("has only what was asked for; nothing if that cannot be done")
    void isRestricted() {
        Plan.Shape shape = new Plan.Shape(List.of("ada"), 0, Set.of(Kind.MEMBER_KILL));

        assertThat(Plan.of(1, shape, TTL, UNTIL).faults())
                .isNotEmpty()
                .allMatch(fault ->
                        fault.kind() == Kind.MEMBER_KILL && fault.target().equals("ada"));
        assertThat(Plan.of(1, new Plan.Shape(List.of("ada"), 0, Set.of()), TTL, UNTIL)
                        .faults())
                .isEmpty();
    }
}
