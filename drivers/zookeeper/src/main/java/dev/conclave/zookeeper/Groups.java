package dev.conclave.zookeeper;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Names;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.SessionId;
import dev.conclave.zookeeper.Nodes.Content;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.Stat;

/**
 * Groups as nodes, enrolments as ephemeral nodes below them, named by the member. All steps of a session go over its own handle, in
 * order; a node that the session has is changed and not replaced, so that its version tells a later enrolment from an earlier one.
 * Who takes another's place replaces the node, whose versions begin anew: so it also changes the group's node, and whoever is about
 * to change its own enrolment, or to take a place, does so only if the group's node is still the one that it saw before.
 */
final class Groups {
    private static final int ANY_VERSION = -1;
    private static final byte[] NOTHING = {};

    private Groups() {}

    /** What an enrolment's node says. */
    record Listing(String incarnation, long sequence, long edition, String capabilities) {
        static Listing of(Content content) {
            String[] parts = content.text().split(" ", 4);
            return new Listing(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3]);
        }

        static Listing of(EnrolmentId id, long edition, String capabilities) {
            return new Listing(id.session().incarnation(), id.sequence(), edition, capabilities);
        }

        byte[] bytes() {
            return Space.bytes(incarnation + " " + sequence + " " + edition + " " + capabilities);
        }

        boolean isOf(EnrolmentId id) {
            return incarnation.equals(id.session().incarnation()) && sequence == id.sequence();
        }

        RosterEntry entry(String group, String member, Content content) {
            return new RosterEntry(
                    new EnrolmentId(new SessionId(member, incarnation), group, sequence),
                    capabilities,
                    Instant.ofEpochMilli(content.stat().getCtime()),
                    Instant.ofEpochMilli(content.stat().getMtime()));
        }
    }

    static CompletableFuture<Boolean> create(Handle handle, Space space, String group) {
        return handle.create(space.group(group), NOTHING, CreateMode.PERSISTENT).thenApply(Reply::isOk);
    }

    static CompletableFuture<GroupDeletion> delete(Handle handle, Space space, String group) {
        return handle.delete(space.group(group), ANY_VERSION).thenApply(reply -> switch (reply.code()) {
            case OK -> GroupDeletion.DELETED;
            case NOTEMPTY -> GroupDeletion.NOT_EMPTY;
            default -> GroupDeletion.NO_GROUP;
        });
    }

    static CompletableFuture<Set<String>> names(Handle handle, Space space) {
        return handle.children(space.groups())
                .thenApply(names -> names.isOk()
                        ? names.get().stream().map(Names::decoded).collect(Collectors.toUnmodifiableSet())
                        : Set.of());
    }

    static CompletableFuture<EnrolReply> enrol(OwnSession session, Enrolment enrolment) {
        EnrolmentId id = enrolment.id();
        String path = node(session, id);
        byte[] data = Listing.of(id, 0, enrolment.capabilities()).bytes();
        return session.handle().create(path, data, CreateMode.EPHEMERAL).thenCompose(reply -> switch (reply.code()) {
            case OK -> Later.done(EnrolReply.ENROLLED);
            case NODEEXISTS -> meet(session, enrolment, path, data);
            default ->
                enrolment.createGroup()
                        ? createGroup(session, enrolment, path, data)
                        : lives(session).thenApply(lives -> lives ? EnrolReply.NO_GROUP : EnrolReply.NO_SESSION);
        });
    }

    private static String node(OwnSession session, EnrolmentId id) {
        return session.space().member(id.group(), id.session().member());
    }

    private static CompletableFuture<EnrolReply> createGroup(
            OwnSession session, Enrolment enrolment, String path, byte[] data) {
        Handle handle = session.handle();
        Op group = handle.creating(Nodes.parent(path), NOTHING, CreateMode.PERSISTENT);
        Op member = handle.creating(path, data, CreateMode.EPHEMERAL);
        return handle.multi(group, member).thenCompose(reply -> switch (reply.code()) {
            case OK -> Later.done(EnrolReply.ENROLLED);
            case NODEEXISTS -> enrol(session, enrolment);
            default -> Later.done(EnrolReply.NO_SESSION); // our life of the namespace was deleted
        });
    }

    /** Whether the life of the namespace in which the session began is still there. */
    private static CompletableFuture<Boolean> lives(OwnSession session) {
        return session.handle().exists(session.space().groups()).thenApply(Reply::isOk);
    }

    /** Somebody of that member id is listed. */
    private static CompletableFuture<EnrolReply> meet(
            OwnSession session, Enrolment enrolment, String path, byte[] data) {
        return look(session, path).thenCompose(found -> {
            if (!found.isThere()) {
                return enrol(session, enrolment);
            }
            Listing listing = found.listing();
            int version = found.version();
            if (listing.incarnation().equals(session.id().incarnation())) {
                return listing.sequence() >= enrolment.id().sequence()
                        ? Later.done(EnrolReply.ENROLLED)
                        : session.handle()
                                .multi(found.stillSo(), Op.setData(path, data, version))
                                .thenCompose(reply ->
                                        reply.isOk() ? Later.done(EnrolReply.ENROLLED) : enrol(session, enrolment));
            }
            return enrolment.takeOver()
                    ? takeOver(session, enrolment, path, data, found)
                    : Later.done(EnrolReply.TAKEN);
        });
    }

    private static CompletableFuture<EnrolReply> takeOver(
            OwnSession session, Enrolment enrolment, String path, byte[] data, Found found) {
        Handle handle = session.handle();
        Op leaving = Op.delete(path, found.version());
        Op coming = handle.creating(path, data, CreateMode.EPHEMERAL);
        return handle.multi(found.stillSo(), leaving, coming, Op.setData(Nodes.parent(path), NOTHING, ANY_VERSION))
                .thenCompose(reply -> reply.isOk()
                        ? Looks.tell(handle, session.space(), found.listing().incarnation())
                                .thenApply(told -> EnrolReply.ENROLLED)
                        : enrol(session, enrolment));
    }

    static CompletableFuture<Boolean> amend(OwnSession session, EnrolmentId id, long edition, String capabilities) {
        byte[] data = Listing.of(id, edition, capabilities).bytes();
        return change(
                session,
                id,
                listing -> listing.edition() < edition,
                (path, version) -> Op.setData(path, data, version));
    }

    static CompletableFuture<Boolean> withdraw(OwnSession session, EnrolmentId id) {
        return change(session, id, listing -> true, Op::delete);
    }

    /**
     * Changes this very enrolment, if that is still needed. Whether it was there. One change at a time: of two that overlap, the second
     * could have looked before the first deleted the node, and meet a newcomer's, which begins at the same version.
     */
    private static CompletableFuture<Boolean> change(
            OwnSession session, EnrolmentId id, Predicate<Listing> needed, BiFunction<String, Integer, Op> operation) {
        return session.inTurn(id, () -> changeNow(session, id, needed, operation));
    }

    private static CompletableFuture<Boolean> changeNow(
            OwnSession session, EnrolmentId id, Predicate<Listing> needed, BiFunction<String, Integer, Op> operation) {
        String path = node(session, id);
        // An enrolment whose answer was lost with its connection may be unknown yet to the server that we came to.
        CompletableFuture<Reply<Boolean>> synced = session.handle().sync(path);
        return synced.thenCombine(look(session, path), (done, found) -> found).thenCompose(found -> {
            if (!found.isThere() || !found.listing().isOf(id)) {
                return Later.done(false);
            }
            if (!needed.test(found.listing())) {
                return Later.done(true);
            }
            return session.handle()
                    .multi(found.stillSo(), operation.apply(path, found.version()))
                    .thenCompose(reply -> reply.isOk() ? Later.done(true) : changeNow(session, id, needed, operation));
        });
    }

    /** The node of an enrolment, and as it was before, that of its group. */
    private record Found(String groupPath, Reply<Stat> group, Reply<Content> member) {
        boolean isThere() {
            return group.isOk() && member.isOk();
        }

        Listing listing() {
            return Listing.of(member.get());
        }

        int version() {
            return member.get().stat().getVersion();
        }

        /** Holds for as long as nobody has taken another's place in the group. */
        Op stillSo() {
            return Op.check(groupPath, group.get().getVersion());
        }
    }

    private static CompletableFuture<Found> look(OwnSession session, String path) {
        // Asked for together, and answered in this order.
        CompletableFuture<Reply<Stat>> group = session.handle().exists(Nodes.parent(path));
        return group.thenCombine(
                session.handle().read(path), (around, there) -> new Found(Nodes.parent(path), around, there));
    }
}
