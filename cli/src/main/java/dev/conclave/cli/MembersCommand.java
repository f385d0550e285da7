package dev.conclave.cli;

import dev.conclave.Group;
import dev.conclave.Member;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave members}. */
final class MembersCommand extends Command {
    private final OptionSpec watch = flag("--watch", "Go on: a line for every change, until SIGINT or SIGTERM.");

    MembersCommand() {
        super("members", "GROUP [--watch]", "Lists the members of a group.");
        details(
                "A line for each: member, when it joined, its capabilities. With --watch first a snapshot, then a line for "
                        + "each change: time, joined, left, updated or resynced, and the member. A group that does not exist is "
                        + "watched as an empty one.");
        examples("conclave members workers", "conclave --format json members workers --watch");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String name = exactly("GROUP").get(0);
        Group group = context.coordinator().group(name);
        if (isSet(watch)) {
            Watching watching = new Watching();
            watching.untilOver(group.watch(watching.printing(event -> Members.print(context, event))));
        }
        for (Member member : group.view().members()) {
            context.print(Members.text(member), Members.json(member));
        }
        return ExitCode.OK;
    }
}
