package dev.conclave.cli;

import dev.conclave.Capabilities;
import dev.conclave.GroupEvent;
import dev.conclave.JoinOptions;
import dev.conclave.Loss;
import dev.conclave.Membership;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave join}. */
final class JoinCommand extends GuardingCommand {
    private final OptionSpec capabilities =
            option("--capabilities", "JSON", "What the others read about this member: a JSON object. Default: {}.");
    private final OptionSpec noTakeOver = flag(
            "--no-take-over", "Exit with 65 if a member of this id is in the group, instead of taking over from it.");
    private final OptionSpec noCreate = flag("--no-create", "Exit with 65 if there is no such group.");

    JoinCommand() {
        super(
                "join",
                "GROUP [-- CMD [ARG...]]",
                "Is a member of a group while a command runs, or until SIGINT or SIGTERM.");
        details(
                "CMD finds CONCLAVE_GROUP and CONCLAVE_MEMBER in its environment. A member that was cut off and came back "
                        + "joins again, and CMD runs on. A member whose id somebody else joins with is out for good: CMD "
                        + "is stopped and the exit code is 121.",
                "Without CMD, a line says when the member has joined, and the exit code after SIGINT or SIGTERM is 0. "
                        + "conclave capabilities --set changes the capabilities meanwhile.");
        examples(
                "conclave join workers --capabilities '{\"cpu\": 8}' -- ./worker.sh",
                "conclave --member billing-7 join workers");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String name = exactly("GROUP").get(0);
        Capabilities published = text(capabilities).map(Capabilities::parse).orElse(Capabilities.none());
        Guarded guarded = guarded(context);
        CompletableFuture<Loss> out = new CompletableFuture<>();
        Membership membership = context.coordinator().group(name).join(published, options());
        @Nullable MemberSocket socket = MemberSocket.open(context, membership);
        try (membership;
                socket) {
            membership.onEvicted(evicted -> onEvicted(evicted, name, context, out));
            if (program().isEmpty()) {
                context.print(
                        "joined " + Text.shown(name) + " as " + Text.shown(membership.member()),
                        new JsonLine()
                                .put("event", "joined")
                                .put("group", name)
                                .put("member", membership.member())
                                .put("incarnation", membership.incarnation().orElse(null)));
                return untilSignalled(name, context, out);
            }
            context.tellMore("joined " + name + " as " + membership.member());
            Guarded.Outcome outcome = guarded.run("the membership of " + name, Map.of("CONCLAVE_GROUP", name), out);
            return outcome.loss().isPresent() ? ExitCode.LOST : outcome.exitCode();
        }
    }

    private JoinOptions options() {
        JoinOptions options = JoinOptions.defaults();
        options = isSet(noTakeOver) ? options.withoutTakingOver() : options;
        return isSet(noCreate) ? options.withoutCreating() : options;
    }

    private static void onEvicted(
            GroupEvent.SelfEvicted evicted, String group, Context context, CompletableFuture<Loss> out) {
        if (evicted.rejoining()) {
            context.tell("warning: fell out of group " + group + ", joining again: "
                    + evicted.loss().explanation());
        } else {
            out.complete(evicted.loss());
        }
    }

    private static int untilSignalled(String group, Context context, CompletableFuture<Loss> out)
            throws InterruptedException {
        try {
            Loss loss = out.get();
            context.tell("the membership of " + group + " was lost: " + loss.explanation());
            return ExitCode.LOST;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            if (context.signals().received().isPresent()) {
                // The signal is how this is meant to end, not a failure.
                return ExitCode.OK;
            }
            throw e;
        }
    }
}
