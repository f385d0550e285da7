package dev.conclave.cli;

import dev.conclave.Durations;
import dev.conclave.Holder;
import dev.conclave.LockInfo;

/** {@code conclave lock-info}. */
final class LockInfoCommand extends Command {
    LockInfoCommand() {
        super("lock-info", "NAME", "Shows who holds a lock, since when, with which token, and how many wait.");
        details(
                "A shared lock is shown once for each holder. Time left is how long the holder's session would still live "
                        + "if the holder were cut off now.");
        examples("conclave lock-info nightly-report", "conclave --format json lock-info nightly-report | jq .token");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String name = exactly("NAME").get(0);
        LockInfo info = context.coordinator().lock(name).info();
        if (info.isFree()) {
            context.print("state: free\nwaiters: " + info.waiters(), Locks.jsonOfFree(info));
        }
        for (Holder holder : info.holders()) {
            context.print(text(info, holder), Locks.json(info, holder));
        }
        return ExitCode.OK;
    }

    private static String text(LockInfo info, Holder holder) {
        return "state: " + Locks.state(info)
                + "\nmember: " + Text.shown(holder.member())
                + "\nincarnation: " + Text.shown(holder.incarnation())
                + "\ntoken: " + holder.token()
                + "\nsince: " + holder.since()
                + "\nexpires in: " + Durations.format(holder.expiresIn())
                + "\nwaiters: " + info.waiters();
    }
}
