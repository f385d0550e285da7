package dev.conclave;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A named set of live members. Get it from {@link Coordinator#group(String)}.
 *
 * <p>A group exists from {@link #create()} or the first join until {@link #delete()}, also while it
 * has no members.
 *
 * <p>Thread-safe. Costs nothing until it is used.
 */
public interface Group {
    /** The name that all members share. */
    String name();

    /**
     * Creates the group.
     *
     * @throws GroupAlreadyExistsException if it is there already
     * @throws InterruptedException if interrupted while waiting for the answer; the group may exist
     * @throws BackendUnavailableException if the backend could not be asked; the group may exist
     */
    void create() throws InterruptedException;

    /**
     * Deletes the group, which must have no live members.
     *
     * @throws GroupNotFoundException if there is no such group
     * @throws GroupNotEmptyException if it has live members
     * @throws InterruptedException if interrupted while waiting for the answer; the group may be gone
     * @throws BackendUnavailableException if the backend could not be asked; the group may be gone
     */
    void delete() throws InterruptedException;

    /** As {@link #join(Capabilities, JoinOptions)}, with no capabilities and the usual options. */
    default Membership join() throws InterruptedException {
        return join(Capabilities.none());
    }

    /** As {@link #join(Capabilities, JoinOptions)}, with the usual options. */
    default Membership join(Capabilities capabilities) throws InterruptedException {
        return join(capabilities, JoinOptions.defaults());
    }

    /**
     * Joins under the coordinator's member id. An older incarnation of that member that is still
     * listed is taken over at once, so that a process that crashed and restarted does not wait for
     * its own ghost.
     *
     * @param capabilities what the others read about this member
     * @param options whether to create the group, to take over, and to join again after an eviction
     * @throws MemberAlreadyJoinedException if this coordinator has joined already, or the member id is
     *     in the group and {@code options} refuse to take over
     * @throws GroupNotFoundException if there is no such group and {@code options} do not create it
     * @throws InterruptedException if interrupted while joining; the member is not in the group
     * @throws BackendUnavailableException if the backend could not be asked; the member is not in the group
     */
    Membership join(Capabilities capabilities, JoinOptions options) throws InterruptedException;

    /**
     * The group as the backend has it now.
     *
     * @throws GroupNotFoundException if there is no such group
     * @throws InterruptedException if interrupted while waiting for the answer
     * @throws BackendUnavailableException if the backend could not be asked
     */
    View view() throws InterruptedException;

    /**
     * Tells of a first {@link GroupEvent.Snapshot}, and then of each change in order, exactly once. A
     * group that does not exist (yet) is watched as an empty one.
     *
     * @return to close when done; no membership is needed
     */
    Subscription watch(Consumer<? super GroupEvent> listener);

    /** As {@link #partitioner(String)}, where {@code weight} is the capability's name. */
    default Partitioner partitioner() throws InterruptedException {
        return partitioner("weight");
    }

    /**
     * Who owns which key among the live members. Follows the group until it is closed; all members
     * whose views agree give the same answers.
     *
     * @param weightCapability the capability that holds a member's weight, a whole number from 0 to
     *     10,000; a member without it has weight 1
     * @throws InterruptedException if interrupted while reading the first view
     * @throws BackendUnavailableException if the backend could not be asked
     */
    Partitioner partitioner(String weightCapability) throws InterruptedException;

    /** The capabilities of one member, or empty if it is not in the group; errors as {@link #view()}. */
    default Optional<Capabilities> capabilities(String memberId) throws InterruptedException {
        return view().member(memberId).map(Member::capabilities);
    }

    /** The same operations without blocking a thread. */
    AsyncGroup async();
}
