package dev.conclave.cli;

import dev.conclave.Capabilities;
import dev.conclave.Member;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave capabilities}. */
final class CapabilitiesCommand extends Command {
    private final OptionSpec set =
            option("--set", "JSON", "Publish these capabilities, a JSON object, in place of the old ones.");

    CapabilitiesCommand() {
        super(
                "capabilities",
                "GROUP [--set JSON]",
                "Shows what the members of a group publish, or sets what one publishes.");
        details(
                "Without --set: a line for each member, or for the one that --member names: member, capabilities.",
                "Capabilities are a member's own and are there while its process runs, so only that process can change "
                        + "them. With --set, this command asks the conclave join to do so that keeps the member, which must "
                        + "run on this machine as the same user. Which member: --member; else $CONCLAVE_MEMBER, so that a "
                        + "command that conclave join runs can set its own; else the only one of the group that there is. "
                        + "The members of other programs, and on other machines, cannot be changed from here: exit code 65.");
        examples(
                "conclave capabilities workers",
                "conclave join workers -- sh -c 'conclave capabilities workers --set \"{\\\"load\\\": 3}\"; exec ./worker'");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String group = exactly("GROUP").get(0);
        Optional<Capabilities> wanted = text(set).map(Capabilities::parse);
        if (wanted.isPresent()) {
            MemberSockets.publish(keptMember(group, context), wanted.get());
        } else {
            show(group, context);
        }
        return ExitCode.OK;
    }

    private static void show(String group, Context context) throws InterruptedException {
        List<Member> members = context.coordinator().group(group).view().members();
        Optional<String> only = context.settings().givenMember();
        if (only.isPresent()) {
            members = members.stream()
                    .filter(member -> member.id().equals(only.get()))
                    .toList();
            if (members.isEmpty()) {
                throw Failure.conflict("group " + group + " has no member " + only.get());
            }
        }
        for (Member member : members) {
            context.print(
                    Text.row(member.id(), member.capabilities().toJson()),
                    new JsonLine()
                            .put("group", group)
                            .put("member", member.id())
                            .put("incarnation", member.incarnation())
                            .putJson("capabilities", member.capabilities().toJson()));
        }
    }

    private static MemberSockets.Kept keptMember(String group, Context context) {
        Settings settings = context.settings();
        Optional<String> member =
                settings.givenMember().or(() -> context.console().variable("CONCLAVE_MEMBER"));
        List<MemberSockets.Kept> kept = MemberSockets.all(context.console()).stream()
                .filter(one -> one.group().equals(group))
                .filter(one -> member.isEmpty() || member.get().equals(one.member()))
                // A command that join runs knows its member, and need not know the URL that join was given.
                .filter(one ->
                        one.backend().equals(settings.backend()) || (member.isPresent() && !settings.isUrlGiven()))
                .toList();
        if (kept.isEmpty()) {
            throw Failure.conflict("no conclave join on this machine keeps "
                    + member.map(id -> "member " + id).orElse("a member") + " of group " + group
                    + "; a member's capabilities are its own process's to change");
        }
        if (kept.size() > 1) {
            throw Failure.usage("several members of group " + group + " are kept here; choose with --member: "
                    + String.join(
                            ", ", kept.stream().map(MemberSockets.Kept::member).toList()));
        }
        return kept.get(0);
    }
}
