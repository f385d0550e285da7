package dev.conclave.zookeeper;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Names;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;

/** Opens, renews and ends sessions. Each has a node, by which others tell it something and end it; deleting the node ends it too. */
final class Sessions {
    /** A session's owner can take it back before we could end it, which is a race that is run again; but it may also be the network. */
    private static final int TAKE_OVERS = 3;

    private final Handles handles;
    private final Namespaces namespaces;

    Sessions(Handles handles, Namespaces namespaces) {
        this.handles = handles;
        this.namespaces = namespaces;
    }

    CompletableFuture<Duration> open(SessionId id) {
        OwnSession session = handles.begin(id);
        return session.handle()
                .connected()
                .thenCompose(namespaces::find)
                .thenCompose(space -> enter(session, space))
                .thenApply(entered -> {
                    Duration granted = session.handle().negotiated();
                    session.opened(granted);
                    return granted;
                })
                .whenComplete((negotiated, failure) -> {
                    if (failure != null) {
                        handles.abandon(session);
                    }
                });
    }

    private CompletableFuture<Boolean> enter(OwnSession session, Space space) {
        Handle handle = session.handle();
        session.begin(space);
        String node = space.session(session.id());
        byte[] data = Space.bytes(Long.toHexString(handle.sessionId()) + " "
                + HexFormat.of().formatHex(handle.password()) + " "
                + Names.encoded(session.id().member()));
        CompletableFuture<Reply<Nodes.Created>> created = handle.create(node, data, CreateMode.EPHEMERAL);
        return handle.addWatch(node, session, AddWatchMode.PERSISTENT)
                .thenCombine(created, (watched, reply) -> reply.isOk())
                .thenCompose(in ->
                        in ? Later.done(true) : namespaces.find(handle).thenCompose(found -> enter(session, found)));
    }

    /**
     * The sync goes to the leader of the ensemble and back. Without it, a server that was cut off from the others would go on telling that
     * all is well.
     *
     * <p>A session that got less time than its member counts with is given up, without asking: the next one is counted rightly. The member
     * renews as soon as the connection is back, and so it knows before it gets any other answer.
     */
    CompletableFuture<Renewal> renew(OwnSession session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        if (session.isShortened()) {
            return Later.done(new Renewal.NoSession());
        }
        Handle handle = session.handle();
        Space space = session.space();
        CompletableFuture<Reply<Boolean>> synced = handle.sync(space.root());
        session.noteGrants();
        return handle.ephemerals(space.root()).thenCombine(synced, (paths, done) -> {
            Set<String> alive = new HashSet<>(paths.isOk() ? paths.get() : List.of());
            if (session.isShortened() || !alive.contains(space.session(session.id()))) {
                return new Renewal.NoSession();
            }
            return new Renewal.Renewed(
                    missingClaims(session, claims, alive), missingEnrolments(space, enrolments, alive));
        });
    }

    private static Set<ClaimId> missingClaims(OwnSession session, Set<ClaimId> claims, Set<String> alive) {
        Set<ClaimId> missing = new HashSet<>();
        for (ClaimId claim : claims) {
            Entry entry = session.entryIfAny(claim);
            String path = entry == null ? null : entry.path();
            if (path == null || !alive.contains(path)) {
                missing.add(claim);
            }
        }
        return missing;
    }

    private static Set<EnrolmentId> missingEnrolments(Space space, Set<EnrolmentId> enrolments, Set<String> alive) {
        Set<EnrolmentId> missing = new HashSet<>();
        for (EnrolmentId enrolment : enrolments) {
            if (!alive.contains(
                    space.member(enrolment.group(), enrolment.session().member()))) {
                missing.add(enrolment);
            }
        }
        return missing;
    }

    CompletableFuture<Void> end(SessionId id) {
        OwnSession own = handles.session(id);
        if (own != null) {
            return handles.end(own);
        }
        return takeOver(id, TAKE_OVERS);
    }

    private CompletableFuture<Void> takeOver(SessionId id, int attempts) {
        return namespaces
                .look(handles.any(), (handle, space) -> handle.read(space.session(id)))
                .thenCompose(there -> {
                    if (!there.isOk()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    String[] parts = there.get().text().split(" ", 3);
                    return handles.end(
                                    Long.parseUnsignedLong(parts[0], 16),
                                    HexFormat.of().parseHex(parts[1]))
                            .exceptionallyCompose(failure -> Failures.isConnectionLoss(failure) && attempts > 1
                                    ? takeOver(id, attempts - 1)
                                    : Later.failed(failure));
                });
    }
}
