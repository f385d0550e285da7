package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Began;
import java.util.List;
import java.util.Set;

/** What the kinds of faults mean to those who judge. */
final class FaultKinds {
    private static final Set<String> FORGETTING = Set.of("server-restart-empty", "server-flush", "server-failover");

    private FaultKinds() {}

    static boolean killsMember(Fault fault) {
        return fault.kind().equals("kill");
    }

    static boolean pausesMember(Fault fault) {
        return fault.kind().equals("pause");
    }

    /** A jump of the wall clock must change nothing; all else may end a session or make somebody late. */
    static boolean disturbs(Fault fault) {
        return !fault.kind().equals("clock");
    }

    /** Whether the member can speak to nobody while it lasts. */
    static boolean cutsOff(Fault fault, String member, boolean oneServer) {
        boolean line = fault.target().equals(member) && Set.of("cut", "drop").contains(fault.kind());
        return line || (fault.atServer() && oneServer && !fault.kind().equals("server-flush"));
    }

    /**
     * Whether this fault may lead to an overlap of belief within the bound that the driver publishes. A driver that publishes none has
     * no excuse.
     *
     * @param holder the member that believes on
     */
    static boolean excusesOverlap(Began began, Fault fault, String holder) {
        if (began.beliefOverlap() == 0) {
            return false;
        }
        return switch (began.driver()) {
            // The session is the connection: what ends that at the server alone ends the session.
            case "postgresql", "mysql" ->
                fault.atServer()
                        || fault.target().equals(holder) && fault.kind().equals("cut");
            // Sessions are in the server's memory, and stay for as long as that does.
            case "redis", "memcached" ->
                fault.atServer()
                        && (FORGETTING.contains(fault.kind())
                                || fault.kind().equals("server-kill")
                                        && !began.traits().contains("DURABLE"));
            // A follower may not pass a sign of life on to the leader.
            case "zookeeper" -> fault.atServer();
            default -> fault.atServer() && FORGETTING.contains(fault.kind());
        };
    }

    static boolean any(List<Fault> faults, long from, long until) {
        return faults.stream().anyMatch(fault -> fault.meets(from, until));
    }
}
