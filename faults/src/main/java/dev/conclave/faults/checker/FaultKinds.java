package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Began;
import dev.conclave.faults.nemesis.Kind;
import java.util.EnumSet;
import java.util.Set;

/** What the kinds of faults mean to those who judge. */
final class FaultKinds {
    /** After which a server has not what it had in its memory. */
    private static final Set<Kind> RESTARTING = EnumSet.of(Kind.SERVER_RESTART, Kind.SERVER_WIPE);

    /** After which what was stored may be gone, though it was synced to the disk. */
    private static final Set<Kind> FORGETTING = EnumSet.of(Kind.SERVER_WIPE, Kind.FLUSH, Kind.FAIL_OVER);

    /** Not that which refuses: what never gets as far as to be counted cannot be too much. */
    private static final Set<Kind> SILENCING = EnumSet.of(Kind.DROP, Kind.DROP_TO_BACKEND, Kind.DROP_TO_MEMBER);

    private static final String ALL_SERVERS = "servers";

    private FaultKinds() {}

    static boolean killsMember(Fault fault) {
        return fault.kind() == Kind.MEMBER_KILL;
    }

    static boolean pausesMember(Fault fault) {
        return fault.kind() == Kind.MEMBER_PAUSE;
    }

    /** A jump of the wall clock must change nothing; all else may end a session or make somebody late. */
    static boolean disturbs(Fault fault) {
        return fault.kind() != Kind.CLOCK_JUMP;
    }

    /** Whether the member can speak to nobody, or hear nobody, while it lasts. */
    static boolean cutsOff(Began began, Fault fault, String member) {
        if (fault.atServer()) {
            boolean all =
                    fault.target().equals(ALL_SERVERS) || began.deployment().startsWith("one server");
            return all && (RESTARTING.contains(fault.kind()) || fault.kind() == Kind.SERVER_PAUSE);
        }
        return fault.target().equals(member)
                && SILENCING.contains(fault.kind())
                && fault.details().getOrDefault("to", ALL_SERVERS).equals(ALL_SERVERS);
    }

    /**
     * Whether this fault may lead to an overlap of belief within the bound that the driver publishes. A driver that publishes none has
     * no excuse.
     *
     * @param holder the member that believes on
     */
    static boolean excusesOverlap(Began began, Fault fault, String holder) {
        if (began.beliefOverlap() == 0 || fault.inVain()) {
            return false;
        }
        boolean forgets = RESTARTING.contains(fault.kind()) || FORGETTING.contains(fault.kind());
        return switch (began.driver()) {
            // The session is the connection: what ends that at the server alone ends the session.
            case "postgresql", "mysql" ->
                forgets || (fault.kind().isOfNetwork() && fault.target().equals(holder));
            // A follower that loses the leader does not pass the last signs of life on.
            case "zookeeper" -> fault.atServer();
            // What was synced to the disk is there after a restart.
            case "redis" ->
                FORGETTING.contains(fault.kind())
                        || (forgets && !began.traits().contains("DURABLE"))
                        || (fault.kind() == Kind.SERVER_PAUSE && hasSentinels(began));
            default -> forgets;
        };
    }

    /**
     * For how long after its end a fault may still make the backend forget. Sentinels replace a primary that is stopped, and what it had not passed on is
     * lost; one that they replaced while it was well serves on until its replicas have been told, or it has itself.
     */
    static long stillForgets(Run run) {
        return hasSentinels(run.began()) ? run.bounds().beliefOverlap() : 0;
    }

    private static boolean hasSentinels(Began began) {
        return began.deployment().contains("sentinels");
    }
}
