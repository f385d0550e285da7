package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A table")
class TableTest {
    private static final Metric RATE = Metric.higher("cycles/s");
    private static final Metric COST = Metric.lower("requests/cycle");

    private final Contestant floor = contestant("floor", Contestant.Kind.FLOOR);
    private final Contestant slow = contestant("slow", Contestant.Kind.PEER);
    private final Contestant fast = contestant("fast", Contestant.Kind.PEER);
    private final Contestant us = contestant("conclave", Contestant.Kind.CONCLAVE);
    private final Sheet sheet = new Sheet("cycle", Backend.MEMORY, "What it is.", "");

    private static Contestant contestant(String name, Contestant.Kind kind) {
        return new Contestant(name, Backend.MEMORY, kind, Set.of(Feature.LOCK), "1.0", (url, member) -> {
            throw new IllegalStateException("not to be opened");
        });
    }

    private void measure() {
        for (double rate : List.of(1_990, 2_000, 2_500)) {
            sheet.record(floor, RATE, rate);
        }
        sheet.record(slow, RATE, 500);
        sheet.record(fast, RATE, 1_000);
        sheet.record(us, RATE, 1_500);
        sheet.record(slow, COST, 2);
        sheet.record(fast, COST, 4);
        sheet.record(us, COST, 3);
    }

    @Test
    @DisplayName("shows medians with their spread and ratios to the best peer and to the floor")
    void showsRatios() {
        measure();

        assertThat(Table.of(sheet).lines())
                .contains(
                        "|              |          cycles/s ↑ | requests/cycle ↓ | × best peer | × floor |",
                        "| floor        | 2,000 (1,990–2,500) |                  |        2.00 |    1.00 |",
                        "| slow         |                 500 |             2.00 |        0.50 |    0.25 |",
                        "| **conclave** |               1,500 |             3.00 |        1.50 |    0.75 |");
    }

    @Test
    @DisplayName("compares each of our figures with the peer that is best in that figure")
    void comparesEachFigure() {
        measure();

        assertThat(Table.of(sheet)).contains("cycles/s ↑ 1.50 (fast); requests/cycle ↓ 1.50 (slow)");
    }

    @Test
    @DisplayName("says who failed, and shows no figure for it")
    void saysWhoFailed() {
        sheet.record(us, RATE, 1_500);
        sheet.out(slow, "no route");

        String table = Table.of(sheet);

        assertThat(table).contains("> slow could not go on: no route");
        assertThat(table.lines().filter(line -> line.startsWith("|"))).noneMatch(line -> line.contains("slow"));
    }

    @Test
    @DisplayName("is written as JSON with all measurements")
    void isWrittenAsJson() {
        measure();
        Report report = new Report(Map.of("machine", "this one"));
        report.add(sheet);

        JsonObject root = JsonParser.parseString(report.json()).getAsJsonObject();

        JsonObject first = root.getAsJsonArray("sheets").get(0).getAsJsonObject();
        JsonObject figure = first.getAsJsonArray("contestants")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("figures")
                .getAsJsonObject("cycles/s");
        assertThat(figure.getAsJsonArray("values")).hasSize(3);
        assertThat(figure.get("median").getAsDouble()).isEqualTo(2_000);
        assertThat(figure.get("through best peer").getAsDouble()).isEqualTo(2);
    }

    @Test
    @DisplayName("takes quantiles by rank, and the mean of the middle two of an even number")
    void takesQuantilesByRank() {
        Spread spread = Spread.of(List.of(4, 1, 3, 2));

        assertThat(spread.median()).isEqualTo(2.5);
        assertThat(spread.quantile(0.5)).isEqualTo(2);
        assertThat(spread.quantile(0.99)).isEqualTo(4);
        assertThat(Spread.of(List.of(7)).quantile(0.01)).isEqualTo(7);
    }
}
