package dev.conclave.cli;

import dev.conclave.Candidacy;
import dev.conclave.Election;
import dev.conclave.ElectionOptions;
import dev.conclave.Leadership;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave elect}. */
final class ElectCommand extends GuardingCommand {
    private final OptionSpec payload =
            option("--payload", "TEXT", "What the others read with conclave leader while we lead, such as an address.");
    private final OptionSpec once = flag("--once", "When the leadership is lost, do not race again: exit with 121.");

    ElectCommand() {
        super("elect", "NAME -- CMD [ARG...]", "Runs a command while being the leader.");
        details(
                "Waits in the race until this member leads, then runs CMD. If the leadership is lost, CMD and its "
                        + "descendants get SIGTERM, then SIGKILL, and the race begins again. When CMD ends by itself, so "
                        + "does conclave, with CMD's exit code; the next candidate leads then.",
                "CMD finds CONCLAVE_ELECTION, CONCLAVE_FENCING_TOKEN (the term) and CONCLAVE_MEMBER in its environment.");
        examples("conclave elect scheduler --payload \"$HOSTNAME:8080\" -- ./scheduler");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String name = exactly("NAME").get(0);
        requiredProgram();
        Guarded guarded = guarded(context);
        ElectionOptions options =
                ElectionOptions.defaults().withPayload(text(payload).orElse(""));
        Election election = context.coordinator().election(name);
        try (Candidacy candidacy = election.run(leadership -> {}, options)) {
            while (true) {
                Leadership leadership = new Waiting(context).until(victory(election, candidacy));
                context.tellMore(context.settings().member() + " leads " + name + " (term " + leadership.term() + ")");
                Guarded.Outcome outcome = guarded.run(
                        "the leadership of " + name,
                        Map.of("CONCLAVE_ELECTION", name, "CONCLAVE_FENCING_TOKEN", Long.toString(leadership.term())),
                        leadership.lost());
                if (outcome.loss().isEmpty() || context.signals().received().isPresent()) {
                    return outcome.exitCode();
                }
                if (isSet(once)) {
                    return ExitCode.LOST;
                }
            }
        }
    }

    private static Waiting.Wanted<Leadership> victory(Election election, Candidacy candidacy) {
        return new Waiting.Wanted<>() {
            @Override
            public Optional<Leadership> within(Duration patience) throws InterruptedException {
                return candidacy.await(patience);
            }

            @Override
            public String obstacle() throws InterruptedException {
                return election.leader()
                        .map(leader -> "waiting to lead " + election.name() + ", led by " + leader.member() + " since "
                                + Waiting.clock(leader.since()) + " (term " + leader.term() + ")")
                        .orElse("waiting to lead " + election.name() + ", which nobody leads");
            }
        };
    }
}
