package dev.conclave.memory;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The names of a namespace that are held or waited for; of others nothing is stored. */
final class Claims {
    private final Ledger ledger;
    private final Watchers watchers;
    private final Map<ClaimKey, ClaimLine> lines = new LinkedHashMap<>();

    Claims(Ledger ledger, Watchers watchers) {
        this.ledger = ledger;
        this.watchers = watchers;
    }

    ClaimReply claim(ClaimRequest request) {
        Session session = ledger.sessions.find(request.id().session());
        if (session == null) {
            return new ClaimReply.NoSession();
        }
        ClaimLine line = lines.computeIfAbsent(request.id().key(), key -> new ClaimLine());
        if (!line.isHeld(request.id()) && line.admits(request)) {
            grant(line, request);
        }
        if (line.isHeld(request.id())) {
            return new ClaimReply.Granted(line.token(request.id()));
        }
        if (!request.queue()) {
            // Whoever waited before and now only asks has left the queue: Busy leaves nothing behind.
            release(request.id());
            return new ClaimReply.Busy();
        }
        if (!line.isWaiting(request.id())) {
            line.enqueue(request);
            session.claims.add(request.id());
        }
        return new ClaimReply.Waiting(MemoryDriver.LOOK_AGAIN);
    }

    Released release(ClaimId id) {
        Released released = take(id);
        if (released != Released.NOTHING) {
            letIn(id.key());
        }
        return released;
    }

    /** Takes all before it lets anybody in, so that nothing is handed to the session that ends. */
    void releaseAll(Session ended) {
        List<ClaimId> ids = List.copyOf(ended.claims);
        ids.forEach(this::take);
        ids.stream().map(ClaimId::key).distinct().forEach(this::letIn);
    }

    boolean breakClaim(ClaimKey key, long token) {
        ClaimLine line = lines.get(key);
        Optional<ClaimId> holder = line == null ? Optional.empty() : line.holderWith(token);
        holder.ifPresent(id -> {
            Session loser = liveSession(id.session());
            release(id);
            ledger.signal(loser.home, new Subject.Session(loser.id));
        });
        return holder.isPresent();
    }

    boolean isHeld(ClaimId id) {
        ClaimLine line = lines.get(id.key());
        return line != null && line.isHeld(id);
    }

    ClaimStatus inspect(ClaimKey key) {
        ClaimLine line = lines.get(key);
        return line == null ? new ClaimStatus(key, List.of(), 0) : status(key, line);
    }

    List<ClaimStatus> list(ClaimKey.Kind kind) {
        return lines.entrySet().stream()
                .filter(line -> line.getKey().kind() == kind)
                .map(line -> status(line.getKey(), line.getValue()))
                .toList();
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    private void grant(ClaimLine line, ClaimRequest request) {
        line.grant(request, ledger.nextToken(), ledger.now());
        liveSession(request.id().session()).claims.add(request.id());
        watchers.signal(new Subject.Key(request.id().key()));
    }

    private Released take(ClaimId id) {
        ClaimLine line = lines.get(id.key());
        Released released = line == null ? Released.NOTHING : line.remove(id);
        if (released == Released.HELD) {
            watchers.signal(new Subject.Key(id.key()));
        }
        Session session = ledger.sessions.find(id.session());
        if (session != null) {
            session.claims.remove(id);
        }
        return released;
    }

    /** Hands the name to those whose turn it is now, and drops the line if there is nobody left. */
    private void letIn(ClaimKey key) {
        ClaimLine line = lines.get(key);
        for (ClaimRequest next = line.takeGrantable(); next != null; next = line.takeGrantable()) {
            grant(line, next);
            ledger.signal(liveSession(next.id().session()).home, new Subject.Request(next.id()));
        }
        if (line.isEmpty()) {
            lines.remove(key);
        }
    }

    private ClaimStatus status(ClaimKey key, ClaimLine line) {
        List<ClaimStatus.Holding> holders =
                line.holders().stream().map(this::holding).toList();
        return new ClaimStatus(key, holders, line.waiterCount());
    }

    private ClaimStatus.Holding holding(ClaimLine.Grant grant) {
        ClaimRequest request = grant.request();
        Duration left = ledger.left(liveSession(request.id().session()));
        return new ClaimStatus.Holding(
                request.id(), request.shared(), grant.token(), request.payload(), grant.since(), left);
    }

    private Session liveSession(SessionId id) {
        Session session = ledger.sessions.find(id);
        if (session == null) {
            throw new IllegalStateException("a claim has outlived its session " + id);
        }
        return session;
    }
}
