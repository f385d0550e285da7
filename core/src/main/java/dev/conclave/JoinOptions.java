package dev.conclave;

/** How a member joins a group. By default it creates the group, takes over, and joins again. Immutable. */
public final class JoinOptions {
    private static final JoinOptions DEFAULTS = new JoinOptions(true, true, true);

    private final boolean createsGroup;
    private final boolean takesOver;
    private final boolean rejoins;

    private JoinOptions(boolean createsGroup, boolean takesOver, boolean rejoins) {
        this.createsGroup = createsGroup;
        this.takesOver = takesOver;
        this.rejoins = rejoins;
    }

    /** Creates the group if need be, takes over an older incarnation, joins again after an eviction. */
    public static JoinOptions defaults() {
        return DEFAULTS;
    }

    /** Joins only a group that exists. */
    public JoinOptions withoutCreating() {
        return new JoinOptions(false, takesOver, rejoins);
    }

    /** Refuses with {@link MemberAlreadyJoinedException} if the member id is in the group already. */
    public JoinOptions withoutTakingOver() {
        return new JoinOptions(createsGroup, false, rejoins);
    }

    /** Stays out after an eviction. */
    public JoinOptions withoutRejoining() {
        return new JoinOptions(createsGroup, takesOver, false);
    }

    /** Whether a missing group is created. */
    public boolean createsGroup() {
        return createsGroup;
    }

    /** Whether an older incarnation of the member is taken over. */
    public boolean takesOver() {
        return takesOver;
    }

    /** Whether the member joins again when its session was lost; a member that was taken over never does. */
    public boolean rejoins() {
        return rejoins;
    }
}
