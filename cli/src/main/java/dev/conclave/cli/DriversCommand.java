package dev.conclave.cli;

import dev.conclave.Conclave;
import dev.conclave.DriverInfo;
import dev.conclave.Durations;
import dev.conclave.Trait;
import java.util.List;

/** {@code conclave drivers}. */
final class DriversCommand extends Command {
    DriversCommand() {
        super("drivers", "", "Lists the drivers that were found, their URLs, and what they promise.");
        examples("conclave drivers", "conclave --format json drivers | jq -r '.urls[]'");
    }

    @Override
    int run(Context context) {
        exactly();
        for (DriverInfo driver : Conclave.drivers()) {
            List<Trait> traits = driver.traits().stream().sorted().toList();
            context.print(text(driver, traits), json(driver, traits));
        }
        return ExitCode.OK;
    }

    private static String text(DriverInfo driver, List<Trait> traits) {
        StringBuilder text = new StringBuilder(driver.name());
        driver.urlForms().forEach(url -> text.append("\n  ").append(url));
        traits.forEach(trait -> text.append("\n    ").append(trait.promise()));
        text.append("\n    a killed member is seen as gone within ")
                .append(driver.deathSeenWithin().map(Durations::format).orElse("its session's ttl"));
        text.append("\n    two members believe to hold one name ")
                .append(
                        driver.beliefOverlap().isZero()
                                ? "never"
                                : "for at most " + Durations.format(driver.beliefOverlap()));
        return text.toString();
    }

    private static JsonLine json(DriverInfo driver, List<Trait> traits) {
        return new JsonLine()
                .put("driver", driver.name())
                .putTexts("schemes", driver.schemes())
                .putTexts("urls", driver.urlForms())
                .putTexts("traits", traits.stream().map(Trait::name).toList())
                .put(
                        "deathSeenWithin",
                        driver.deathSeenWithin().map(Durations::format).orElse(null))
                .put("beliefOverlap", Durations.format(driver.beliefOverlap()));
    }
}
