package dev.conclave.cli;

import java.util.List;

/** The commands by name. Only those that a line may mean are made. */
final class CommandTable {
    static final List<String> NAMES = List.of(
            "lock",
            "locks",
            "lock-info",
            "break",
            "elect",
            "leader",
            "join",
            "members",
            "groups",
            "group",
            "capabilities",
            "owners",
            "drivers",
            "leftovers",
            "demo",
            "completion");

    /** Not for people: the demo calls it. */
    static final String DEMO_MEMBER = "demo-member";

    private CommandTable() {}

    static Command create(String name) {
        return switch (name) {
            case "lock" -> new LockCommand();
            case "locks" -> new LocksCommand();
            case "lock-info" -> new LockInfoCommand();
            case "break" -> new BreakCommand();
            case "elect" -> new ElectCommand();
            case "leader" -> new LeaderCommand();
            case "join" -> new JoinCommand();
            case "members" -> new MembersCommand();
            case "groups" -> new GroupsCommand();
            case "group" -> new GroupCommand();
            case "capabilities" -> new CapabilitiesCommand();
            case "owners" -> new OwnersCommand();
            case "drivers" -> new DriversCommand();
            case "leftovers" -> new LeftoversCommand();
            case "demo" -> new DemoCommand();
            case "completion" -> new CompletionCommand();
            case DEMO_MEMBER -> new DemoMemberCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
