package dev.conclave.kit.process;

import com.google.gson.JsonObject;
import dev.conclave.Coordinator;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leader;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Commands about elections. */
final class ElectionCommands {
    private final Coordinator coordinator;
    private final Telling telling;

    ElectionCommands(Coordinator coordinator, Telling telling) {
        this.coordinator = coordinator;
        this.telling = telling;
    }

    void addTo(Map<String, Command> commands) {
        commands.put(
                "run",
                a -> election(a).run(new Terms(Command.text(a, "election"))).election());
        commands.put(
                "leader", a -> election(a).leader().map(ElectionCommands::json).orElse(null));
        commands.put("watchLeader", a -> {
            String stream = "election " + Command.text(a, "election");
            election(a).watch(event -> telling.tell(stream, json(event)));
            return true;
        });
    }

    private Election election(JsonObject arguments) {
        return coordinator.election(Command.text(arguments, "election"));
    }

    private static JsonObject json(ElectionEvent event) {
        return event instanceof ElectionEvent.Elected elected ? json(elected.leader()) : new JsonObject();
    }

    private static JsonObject json(Leader leader) {
        return Command.object("member", leader.member(), "incarnation", leader.incarnation(), "term", leader.term());
    }

    /** Tells of each term when it begins and, with how long this process believed in it, when it ends. */
    private final class Terms implements LeaderListener {
        private final String election;
        private final Map<Long, Belief> beliefs = new ConcurrentHashMap<>();

        Terms(String election) {
            this.election = election;
        }

        @Override
        public void granted(Leadership leadership) {
            beliefs.put(leadership.term(), Belief.in(leadership));
            telling.tell(
                    "granted " + election, Command.object("term", leadership.term(), "valid", leadership.isValid()));
        }

        @Override
        public void revoked(Leadership leadership, Loss loss) {
            Belief belief = Objects.requireNonNull(beliefs.get(leadership.term()), "revoked without granted");
            telling.tell(
                    "revoked " + election,
                    Command.object(
                            "term", leadership.term(),
                            "reason", loss.reason(),
                            "from", belief.from(),
                            "until", belief.until()));
        }
    }
}
