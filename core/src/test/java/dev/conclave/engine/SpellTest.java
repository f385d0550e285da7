package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Capabilities;
import dev.conclave.JoinOptions;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Trouble that is no outage is warned of once in each spell")
class SpellTest {
    private final Rig rig = new Rig();
    private final PrintStream stderr = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(stderr);
    }

    private long warnings(String of) {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("WARN") && line.contains("cannot " + of))
                .count();
    }

    private static RuntimeException bug() {
        return new IllegalArgumentException("the driver has a bug");
    }

    @Test
    @DisplayName("by something that fails, succeeds, and fails again; an outage is not")
    void spells() {
        Spell spell = new Spell("scripted:");
        spell.failed("do it", new BackendUnavailableException("away", null));
        assertThat(warnings("do it")).isZero();
        spell.failed("do it", Failures.of(bug()));
        spell.failed("do it", Failures.of(bug()));
        assertThat(warnings("do it")).isEqualTo(1);
        spell.succeeded();
        spell.failed("do it", Failures.of(bug()));
        assertThat(warnings("do it")).isEqualTo(2);
    }

    @Test
    @DisplayName("but not by what ends with its coordinator, as a look that is about to begin does")
    void closed() {
        new Spell("scripted:").failed("do it", Failures.closed("the coordinator is closed"));
        assertThat(warnings("do it")).isZero();
    }

    @Test
    @DisplayName("by who looks")
    void look() {
        rig.driver.roster.answer(each -> new RosterReply.Whole(1, List.of(), false));
        rig.driver.watch.fail(bug());
        rig.coordinator.group("workers").watch(event -> {});
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(warnings("look at")).isEqualTo(1);
    }

    @Test
    @DisplayName("by who waits for a lock")
    void acquisition() {
        rig.driver.claim.fail(bug());
        var grant = rig.coordinator.lock("invoices").async().acquire();
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(warnings("claim")).isEqualTo(1);
        rig.driver.claim.answer(request -> new ClaimReply.Waiting(Duration.ofSeconds(1)));
        rig.time.advance(Duration.ofSeconds(3));
        rig.driver.claim.fail(bug());
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(warnings("claim")).isEqualTo(2);
        assertThat(grant).isNotDone();
    }

    @Test
    @DisplayName("by who joins a group again")
    void membership() throws Exception {
        rig.coordinator.group("workers").join(Capabilities.none(), JoinOptions.defaults());
        rig.driver.enrol.fail(bug());
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofSeconds(4));
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of()));
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(warnings("join group workers again")).isEqualTo(1);
        rig.driver.enrol.answer(enrolment -> EnrolReply.ENROLLED);
        rig.time.advance(Duration.ofSeconds(2));
        assertThat(warnings("join group workers again")).isEqualTo(1);
    }
}
