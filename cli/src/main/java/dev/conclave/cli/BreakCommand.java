package dev.conclave.cli;

import dev.conclave.Holder;
import dev.conclave.Lock;
import dev.conclave.LockInfo;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave break}. */
final class BreakCommand extends Command {
    private final OptionSpec token = option("--token", "N", "The token that lock-info showed.");

    BreakCommand() {
        super("break", "NAME --token N", "Takes a lock away from its holder.");
        details(
                "Only if the holder's token is still N, so that nobody else is hit who got the lock meanwhile. The holder is "
                        + "told, and a conclave lock that holds it stops its command. Whoever ignores that goes on: let your store "
                        + "refuse old tokens.");
        examples("conclave lock-info nightly-report", "conclave break nightly-report --token 42");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String name = exactly("NAME").get(0);
        long expected = wholeNumber(token)
                .orElseThrow(
                        () -> Failure.usage("break needs --token N; conclave lock-info " + name + " shows the token"));
        Lock lock = context.coordinator().lock(name);
        if (!lock.breakGrant(expected)) {
            throw Failure.conflict(
                    "lock " + name + " has no grant with token " + expected + ": " + present(lock.info()));
        }
        return ExitCode.OK;
    }

    private static String present(LockInfo info) {
        List<String> holders =
                info.holders().stream().map(BreakCommand::described).toList();
        return holders.isEmpty() ? "it is free" : "it is held by " + String.join(", ", holders);
    }

    private static String described(Holder holder) {
        return holder.member() + " (token " + holder.token() + ")";
    }
}
