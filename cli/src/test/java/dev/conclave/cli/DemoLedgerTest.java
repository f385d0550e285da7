package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("the demo's ledger")
class DemoLedgerTest {
    private final DemoLedger ledger = new DemoLedger();

    @Test
    @DisplayName("finds nothing wrong with steps that follow each other, in whatever order it hears of them")
    void findsNothing() {
        step("bob", 20, 1);
        step("ada", 10, 0);

        assertThat(ledger.check(2)).isEqualTo(new DemoLedger.Result(2, 10, 20, java.util.List.of()));
    }

    @Test
    @DisplayName("takes a killed member's last step as the next one found it")
    void toleratesTheKilled() {
        step("ada", 10, 0);
        ledger.takes("bob", 20, 1);
        step("ada", 30, 2);
        ledger.takes("bob", 40, 3);
        step("ada", 50, 3);

        assertThat(ledger.check(4).faults()).isEmpty();
        assertThat(ledger.check(4).increments()).isEqualTo(4);

        ledger.takes("bob", 60, 4);
        assertThat(ledger.begunBy("bob")).isPresent();
        assertThat(ledger.begunBy("ada")).isEmpty();
        assertThat(ledger.check(4).faults()).isEmpty();
        assertThat(ledger.check(5).faults()).isEmpty();
    }

    @Test
    @DisplayName("finds a step that was lost, a wrong sum, a token given twice and one that was refused")
    void findsFaults() {
        step("ada", 10, 0);
        step("bob", 20, 0);
        assertThat(ledger.check(1).faults()).hasSize(1).first().asString().contains("a step was lost");
        assertThat(ledger.check(7).faults())
                .hasSize(2)
                .last()
                .asString()
                .isEqualTo("the counter is 7 after 1 increments");

        ledger.takes("carl", 20, 1);
        ledger.refused("dan", 5, 20);
        assertThat(ledger.check(1).faults()).contains("token 20 was given twice", "dan came with token 5 after 20");
    }

    private void step(String member, long token, long from) {
        ledger.takes(member, token, from);
        ledger.wrote(member, token, from + 1);
    }
}
