package dev.conclave.cli;

import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leader;
import java.time.Instant;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave leader}. */
final class LeaderCommand extends Command {
    private final OptionSpec watch = flag("--watch", "Go on: a line for every change, until SIGINT or SIGTERM.");

    LeaderCommand() {
        super("leader", "NAME [--watch]", "Shows who leads an election.");
        details(
                "A line: member, term, since, payload. If nobody leads, the exit code is 65. With --watch: time, elected or "
                        + "vacant, and the leader.");
        examples("conclave leader scheduler", "conclave --format json leader scheduler --watch");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String name = exactly("NAME").get(0);
        Election election = context.coordinator().election(name);
        if (isSet(watch)) {
            Watching watching = new Watching();
            watching.untilOver(election.watch(watching.printing(event -> print(context, election.name(), event))));
        }
        Leader leader = election.leader().orElseThrow(() -> Failure.conflict("nobody leads " + election.name()));
        context.print(
                Text.row(leader.member(), leader.term(), leader.since(), leader.payload()),
                withLeader(new JsonLine().put("election", election.name()), leader));
        return ExitCode.OK;
    }

    private static void print(Context context, String election, ElectionEvent event) {
        Instant now = Instant.now();
        if (event instanceof ElectionEvent.Elected elected) {
            Leader leader = elected.leader();
            context.print(
                    Text.row(now, "elected", leader.member(), leader.term(), leader.payload()),
                    withLeader(new JsonLine().put("event", "elected").put("election", election), leader)
                            .put("at", now));
        } else {
            context.print(
                    Text.row(now, "vacant"),
                    new JsonLine()
                            .put("event", "vacant")
                            .put("election", election)
                            .put("at", now));
        }
    }

    private static JsonLine withLeader(JsonLine line, Leader leader) {
        return line.put("member", leader.member())
                .put("incarnation", leader.incarnation())
                .put("term", leader.term())
                .put("payload", leader.payload())
                .put("since", leader.since());
    }
}
