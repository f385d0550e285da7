package dev.conclave.faults.nemesis;

import java.util.Locale;

/** The faults. */
public enum Kind {
    /** SIGSTOP, and later SIGCONT. */
    MEMBER_PAUSE(On.PROCESS, 5),
    /** SIGKILL; later a new process with the same member id. */
    MEMBER_KILL(On.PROCESS, 4),
    /** The wall clock that the member sees is set, forward or back, and later right again. The monotonic clock is not touched. */
    CLOCK_JUMP(On.CLOCK, 2),
    /** All connections of the member are reset, once. */
    CUT(On.NETWORK, 2),
    /** What the member sends does not arrive, and nobody is told. */
    DROP_TO_BACKEND(On.NETWORK, 2),
    /** What is sent to the member does not arrive, and nobody is told. */
    DROP_TO_MEMBER(On.NETWORK, 2),
    /** Nothing arrives, either way. */
    DROP(On.NETWORK, 2),
    /** What the member sends arrives late. */
    DELAY_TO_BACKEND(On.NETWORK, 1),
    /** What is sent to the member arrives late. */
    DELAY_TO_MEMBER(On.NETWORK, 1),
    /** All arrives late. */
    DELAY(On.NETWORK, 1),
    /** The member's connections are reset, and new ones refused for a while. */
    REFUSE(On.NETWORK, 2),
    /** SIGSTOP to a server, or to all of them, and later SIGCONT. */
    SERVER_PAUSE(On.SERVERS, 3),
    /** SIGKILL to a server, or to all of them; later they start again with what they stored. */
    SERVER_RESTART(On.SERVERS, 3),
    /** SIGKILL to a server that then starts again with nothing. */
    SERVER_WIPE(On.SERVERS, 1),
    /** The running server is made to forget all, as an operator's flush does. */
    FLUSH(On.SERVERS, 1),
    /** Another server takes the lead. */
    FAIL_OVER(On.SERVERS, 2);

    /** What a fault happens to; two faults on one such thing do not overlap. */
    enum On {
        PROCESS,
        CLOCK,
        NETWORK,
        SERVERS
    }

    private final On on;
    private final int weight;

    Kind(On on, int weight) {
        this.on = on;
        this.weight = weight;
    }

    On on() {
        return on;
    }

    /** How often it is chosen, in proportion to others. */
    int weight() {
        return weight;
    }

    /** Whether it happens at one instant. */
    boolean isInstant() {
        return this == CUT || this == FLUSH || this == FAIL_OVER;
    }

    /** Whether it needs a proxy between the member and its backend. */
    public boolean isOfNetwork() {
        return on == On.NETWORK;
    }

    /** Whether it takes away what was stored for good. */
    public boolean destroys() {
        return this == SERVER_WIPE || this == FLUSH;
    }

    /** As people write it: {@code member-pause}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** By its label. */
    public static Kind of(String label) {
        for (Kind kind : values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no fault is called " + label);
    }
}
