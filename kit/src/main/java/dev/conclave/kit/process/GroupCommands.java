package dev.conclave.kit.process;

import com.google.gson.JsonObject;
import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.Group;
import dev.conclave.GroupEvent;
import dev.conclave.Membership;
import dev.conclave.View;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Commands about groups. */
final class GroupCommands {
    private final Coordinator coordinator;
    private final Telling telling;
    private final Map<String, Membership> memberships = new ConcurrentHashMap<>();

    GroupCommands(Coordinator coordinator, Telling telling) {
        this.coordinator = coordinator;
        this.telling = telling;
    }

    void addTo(Map<String, Command> commands) {
        commands.put("join", this::join);
        commands.put("leave", a -> {
            membership(a).leave();
            return null;
        });
        commands.put("incarnation", a -> membership(a).incarnation().orElse(null));
        commands.put("watch", this::watch);
        commands.put("view", a -> json(group(a).view()));
    }

    private Group group(JsonObject arguments) {
        return coordinator.group(Command.text(arguments, "group"));
    }

    private Membership membership(JsonObject arguments) {
        return Objects.requireNonNull(memberships.get(Command.text(arguments, "group")), "not joined by this process");
    }

    private Object join(JsonObject arguments) throws Exception {
        Membership membership = group(arguments)
                .join(Capabilities.of("pid", ProcessHandle.current().pid()));
        memberships.put(membership.group(), membership);
        membership.onEvicted(event -> telling.tell("evicted " + membership.group(), json(event)));
        return membership.incarnation().orElse("");
    }

    private Object watch(JsonObject arguments) {
        String stream = "group " + Command.text(arguments, "group");
        group(arguments).watch(event -> telling.tell(stream, json(event)));
        return true;
    }

    private static JsonObject json(GroupEvent event) {
        JsonObject json = Command.object("type", event.getClass().getSimpleName(), "members", json(event.view()));
        if (event instanceof GroupEvent.Joined joined) {
            json.addProperty("member", joined.member().id());
            json.addProperty("incarnation", joined.member().incarnation());
        } else if (event instanceof GroupEvent.Left left) {
            json.addProperty("member", left.member().id());
            json.addProperty("incarnation", left.member().incarnation());
        } else if (event instanceof GroupEvent.SelfEvicted evicted) {
            json.addProperty("reason", evicted.loss().reason().name());
            json.addProperty("rejoining", evicted.rejoining());
        }
        return json;
    }

    private static JsonObject json(View view) {
        JsonObject members = new JsonObject();
        view.members().forEach(member -> members.addProperty(member.id(), member.incarnation()));
        return members;
    }
}
