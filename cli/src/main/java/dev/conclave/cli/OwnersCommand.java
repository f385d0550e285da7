package dev.conclave.cli;

import dev.conclave.Group;
import dev.conclave.Partitioner;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave owners}. */
final class OwnersCommand extends Command {
    private final OptionSpec replicas = option("--replicas", "N", "How many owners each key has. Default: 1.");

    OwnersCommand() {
        super(
                "owners",
                "GROUP KEY... [--replicas N]",
                "Shows which members of a group own keys, by consistent hashing.");
        details(
                "A line for each key: the key, and its owners with commas between them, the preferred one first. A member's "
                        + "capability \"weight\" says how much it takes; without it, 1.");
        examples("conclave owners workers tenant-9", "conclave owners workers tenant-9 tenant-10 --replicas 3");
    }

    @Override
    int run(Context context) throws InterruptedException {
        if (words().size() < 2) {
            throw Failure.usage("owners needs GROUP and at least one KEY; " + hint());
        }
        long owners = wholeNumber(replicas).orElse(1L);
        if (owners < 1 || owners > Integer.MAX_VALUE) {
            throw Failure.usage("--replicas must be at least 1, not " + owners);
        }
        Group group = context.coordinator().group(words().get(0));
        // A partitioner follows a group that is not there yet as an empty one; here it is a mistake.
        group.view();
        Partitioner partitioner = group.partitioner();
        for (String key : words().subList(1, words().size())) {
            List<String> found = partitioner.ownersOf(key, (int) owners);
            context.print(
                    Text.row(key, String.join(",", found)),
                    new JsonLine().put("key", key).putTexts("owners", found));
        }
        return ExitCode.OK;
    }
}
