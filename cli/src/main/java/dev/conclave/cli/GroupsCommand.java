package dev.conclave.cli;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave groups}. */
final class GroupsCommand extends Command {
    private final OptionSpec watch = flag("--watch", "Go on: a line for every change, until SIGINT or SIGTERM.");

    GroupsCommand() {
        super("groups", "[--watch]", "Lists the groups that exist.");
        details("With --watch first a snapshot, then a line for each change: time, created or deleted, and the group.");
        examples("conclave groups", "conclave --format json groups --watch");
    }

    @Override
    int run(Context context) throws InterruptedException {
        exactly();
        if (isSet(watch)) {
            Watching watching = new Watching();
            Changes changes = new Changes(context);
            watching.untilOver(context.coordinator().watchGroups(watching.printing(changes::print)));
        }
        for (String group : new TreeSet<>(context.coordinator().groups())) {
            context.print(Text.shown(group), new JsonLine().put("group", group));
        }
        return ExitCode.OK;
    }

    /** The watch tells all groups each time; a reader wants to know what is new. */
    private static final class Changes {
        private final Context context;
        private @Nullable Set<String> known;

        Changes(Context context) {
            this.context = context;
        }

        void print(Set<String> groups) {
            Instant now = Instant.now();
            Set<String> present = new TreeSet<>(groups);
            if (known == null) {
                context.print(
                        Text.row(now, "snapshot", String.join(",", present)),
                        new JsonLine()
                                .put("event", "snapshot")
                                .putTexts("groups", present)
                                .put("at", now));
            } else {
                printMissing(present, known, "created", now);
                printMissing(known, present, "deleted", now);
            }
            known = present;
        }

        private void printMissing(Set<String> groups, Set<String> others, String event, Instant now) {
            for (String group : groups) {
                if (!others.contains(group)) {
                    context.print(
                            Text.row(now, event, group),
                            new JsonLine()
                                    .put("event", event)
                                    .put("group", group)
                                    .put("at", now));
                }
            }
        }
    }
}
