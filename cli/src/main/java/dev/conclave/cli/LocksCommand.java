package dev.conclave.cli;

import dev.conclave.Holder;
import dev.conclave.LockInfo;

/** {@code conclave locks}. */
final class LocksCommand extends Command {
    LocksCommand() {
        super("locks", "", "Lists the locks that are held or waited for.");
        details("A line for each holder: lock, state, member, token, since, number of waiters.");
        examples("conclave locks", "conclave --format json locks | jq -r .member");
    }

    @Override
    int run(Context context) throws InterruptedException {
        exactly();
        for (LockInfo info : context.coordinator().locks()) {
            if (info.isFree()) {
                context.print(
                        Text.row(info.name(), Locks.state(info), "-", "-", "-", info.waiters()),
                        Locks.jsonOfFree(info));
            }
            for (Holder holder : info.holders()) {
                context.print(
                        Text.row(
                                info.name(),
                                Locks.state(info),
                                holder.member(),
                                holder.token(),
                                holder.since(),
                                info.waiters()),
                        Locks.json(info, holder));
            }
        }
        return ExitCode.OK;
    }
}
