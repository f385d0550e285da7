package dev.conclave;

/**
 * What a watcher of a {@link Group} is told. On Java 21 and newer, a {@code switch} over the permitted
 * types is checked for completeness.
 */
public sealed interface GroupEvent {
    /** The group after the event. */
    View view();

    /**
     * The first event of a watch.
     *
     * @param view the group when the watch began
     */
    record Snapshot(View view) implements GroupEvent {}

    /**
     * A member joined. A member that left and joined again between two looks comes as {@link Left} of
     * the old incarnation and {@code Joined} of the new one.
     *
     * @param member who
     * @param view the group after it
     */
    record Joined(Member member, View view) implements GroupEvent {}

    /**
     * A member left, was seen to have died, or was taken over.
     *
     * @param member as it was last seen
     * @param view the group after it
     */
    record Left(Member member, View view) implements GroupEvent {}

    /**
     * A member published other capabilities.
     *
     * @param before as it was last seen
     * @param member as it is now
     * @param view the group after it
     */
    record Updated(Member before, Member member, View view) implements GroupEvent {}

    /**
     * Changes may have been missed: the backend had lost the history, or could not be reached. This
     * view replaces the last one.
     *
     * @param view the whole group, read afresh
     */
    record Resynced(View view) implements GroupEvent {}

    /**
     * This coordinator's own member found itself out of the group.
     *
     * @param loss why
     * @param rejoining whether it joins again; under a new incarnation if its session is lost
     * @param view the last view, without this coordinator's own member
     */
    record SelfEvicted(Loss loss, boolean rejoining, View view) implements GroupEvent {}
}
