package dev.conclave.cli;

import dev.conclave.Group;

/** {@code conclave group}. */
final class GroupCommand extends Command {
    GroupCommand() {
        super("group", "create|delete GROUP", "Creates or deletes a group.");
        details("Joining creates a group too. It stays when its last member has left, until it is deleted.");
        examples("conclave group create workers", "conclave group delete workers");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String action = words().isEmpty() ? "" : words().get(0);
        if (!action.equals("create") && !action.equals("delete")) {
            throw Failure.usage("group needs create or delete" + (action.isEmpty() ? "" : ", not '" + action + "'")
                    + "; " + hint());
        }
        String name = exactly("create or delete", "GROUP").get(1);
        Group group = context.coordinator().group(name);
        if (action.equals("create")) {
            group.create();
        } else {
            group.delete();
        }
        return ExitCode.OK;
    }
}
