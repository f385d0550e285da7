package dev.conclave.cli;

import dev.conclave.GroupEvent;
import dev.conclave.Member;
import dev.conclave.View;
import java.time.Instant;

/** How members and what happens to them are shown. */
final class Members {
    private Members() {}

    static String text(Member member) {
        return Text.row(member.id(), member.joinedAt(), member.capabilities().toJson());
    }

    static JsonLine json(Member member) {
        return withMember(new JsonLine(), member)
                .put("joinedAt", member.joinedAt())
                .put("updatedAt", member.updatedAt());
    }

    static void print(Context context, GroupEvent event) {
        Instant now = Instant.now();
        if (event instanceof GroupEvent.Joined joined) {
            print(context, "joined", joined.member(), event.view(), now);
        } else if (event instanceof GroupEvent.Left left) {
            print(context, "left", left.member(), event.view(), now);
        } else if (event instanceof GroupEvent.Updated updated) {
            print(context, "updated", updated.member(), event.view(), now);
        } else if (event instanceof GroupEvent.Snapshot) {
            print(context, "snapshot", event.view(), now);
        } else if (event instanceof GroupEvent.Resynced) {
            print(context, "resynced", event.view(), now);
        }
        // SelfEvicted is for a member; whoever only watches is none.
    }

    private static void print(Context context, String event, Member member, View view, Instant now) {
        context.print(
                Text.row(now, event, member.id(), member.capabilities().toJson()),
                withMember(new JsonLine().put("event", event).put("group", view.group()), member)
                        .put("revision", view.revision())
                        .put("at", now));
    }

    private static void print(Context context, String event, View view, Instant now) {
        context.print(
                Text.row(
                        now,
                        event,
                        String.join(",", view.members().stream().map(Member::id).toList())),
                new JsonLine()
                        .put("event", event)
                        .put("group", view.group())
                        .putObjects(
                                "members",
                                view.members().stream().map(Members::json).toList())
                        .put("revision", view.revision())
                        .put("at", now));
    }

    private static JsonLine withMember(JsonLine line, Member member) {
        return line.put("member", member.id())
                .put("incarnation", member.incarnation())
                .putJson("capabilities", member.capabilities().toJson());
    }
}
