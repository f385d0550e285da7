package dev.conclave.faults.member;

import dev.conclave.ElectionEvent;
import dev.conclave.GroupEvent;
import dev.conclave.Member;
import dev.conclave.View;
import dev.conclave.faults.history.Event;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What watchers were told, for the history. */
public final class Watching {
    private Watching() {}

    /** What a watcher of an election is told. */
    public static Event.Elected elected(String election, ElectionEvent event) {
        return event instanceof ElectionEvent.Elected elected
                ? new Event.Elected(
                        election,
                        elected.leader().member(),
                        elected.leader().incarnation(),
                        elected.leader().term())
                : new Event.Elected(election, "", "", 0);
    }

    /** What a watcher of a group was told. */
    public static Event.Saw saw(String group, GroupEvent event) {
        Optional<Member> member = event instanceof GroupEvent.Joined joined
                ? Optional.of(joined.member())
                : event instanceof GroupEvent.Left left
                        ? Optional.of(left.member())
                        : event instanceof GroupEvent.Updated updated
                                ? Optional.of(updated.member())
                                : Optional.empty();
        return new Event.Saw(
                group,
                event.getClass().getSimpleName(),
                member.map(Member::id).orElse(""),
                member.map(Member::incarnation).orElse(""),
                event.view().revision(),
                members(event.view()));
    }

    private static Map<String, String> members(View view) {
        return view.members().stream()
                .collect(Collectors.toMap(Member::id, Member::incarnation, (a, b) -> a, TreeMap::new));
    }
}
