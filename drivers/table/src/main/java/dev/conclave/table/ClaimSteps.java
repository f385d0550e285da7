package dev.conclave.table;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.ClaimStatus.Holding;
import dev.conclave.spi.Released;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The steps that claim names and give them up. */
public final class ClaimSteps {
    /** For those who are next: how soon a killed holder is seen. */
    private static final Duration LOOK_SOON = Duration.ofMillis(80);
    /** For those further back, who wait for those before them anyway. */
    private static final Duration LOOK_LATER = Duration.ofSeconds(1);

    private static final int NEXT_IN_LINE = 8;

    private final Sessions sessions;
    private final Index index;
    private final Claims claims;

    ClaimSteps(Sessions sessions, Index index, Claims claims) {
        this.sessions = sessions;
        this.index = index;
        this.claims = claims;
    }

    /** As {@link dev.conclave.spi.Driver#claim}. */
    public ClaimReply claim(ClaimRequest request) {
        int session = sessions.living(request.id().session());
        if (session == 0) {
            return new ClaimReply.NoSession();
        }
        Index.Key key = Subjects.key(request.id().key());
        int name = settled(key);
        int known = name == 0 ? 0 : claims.find(name, session, request.id().sequence());
        return known == 0 ? begin(request, key, name, session) : lookAgain(request, known);
    }

    private int settled(Index.Key key) {
        int name = index.find(key);
        return name == 0 ? 0 : claims.settle(name);
    }

    private ClaimReply begin(ClaimRequest request, Index.Key key, int known, int session) {
        boolean free = known == 0 || claims.admits(known, request.shared());
        if (!free && !request.queue()) {
            return new ClaimReply.Busy();
        }
        int name = known == 0 ? index.add(key) : known;
        int claim = claims.append(name, session, request);
        if (free) {
            claims.grant(claim);
        }
        return reply(claim);
    }

    private ClaimReply lookAgain(ClaimRequest request, int claim) {
        if (!request.queue() && !claims.isHeld(claim)) {
            remove(claim);
            return new ClaimReply.Busy();
        }
        return reply(claim);
    }

    private ClaimReply reply(int claim) {
        if (claims.isHeld(claim)) {
            return new ClaimReply.Granted(claims.token(claim));
        }
        return new ClaimReply.Waiting(claims.waitersBefore(claim) < NEXT_IN_LINE ? LOOK_SOON : LOOK_LATER);
    }

    private void remove(int claim) {
        int name = claims.name(claim);
        claims.remove(claim);
        claims.settle(name);
    }

    /** As {@link dev.conclave.spi.Driver#release}. */
    public Released release(ClaimId id) {
        int session = sessions.living(id.session());
        int name = index.find(Subjects.key(id.key()));
        int claim = session == 0 || name == 0 ? 0 : claims.find(name, session, id.sequence());
        if (claim == 0) {
            return Released.NOTHING;
        }
        boolean held = claims.isHeld(claim);
        remove(claim);
        return held ? Released.HELD : Released.WAITING;
    }

    /** As {@link dev.conclave.spi.Driver#inspect}. */
    public ClaimStatus inspect(ClaimKey key) {
        int name = settled(Subjects.key(key));
        return name == 0 ? new ClaimStatus(key, List.of(), 0) : status(key, name);
    }

    /** As {@link dev.conclave.spi.Driver#list}. */
    public List<ClaimStatus> list(ClaimKey.Kind kind) {
        List<ClaimStatus> found = new ArrayList<>();
        index.forEach(Subjects.kind(kind), name -> {
            ClaimStatus status = status(new ClaimKey(kind, index.name(name)), name);
            if (!status.holders().isEmpty() || status.waiters() > 0) {
                found.add(status);
            }
        });
        return found;
    }

    private ClaimStatus status(ClaimKey key, int name) {
        List<Holding> holders = new ArrayList<>();
        int waiters = 0;
        for (int claim = claims.firstOfName(name); claim != 0; claim = claims.afterInName(claim)) {
            if (claims.lives(claim)) {
                if (claims.isHeld(claim)) {
                    holders.add(claims.holding(key, claim));
                } else {
                    waiters++;
                }
            }
        }
        return new ClaimStatus(key, holders, waiters);
    }

    /** As {@link dev.conclave.spi.Driver#breakClaim}. */
    public boolean breakClaim(ClaimKey key, long token) {
        int name = settled(Subjects.key(key));
        int claim = name == 0 ? 0 : claims.firstOfName(name);
        while (claim != 0 && (claims.token(claim) != token || !claims.lives(claim))) {
            claim = claims.afterInName(claim);
        }
        if (claim == 0 || token == 0) {
            return false;
        }
        sessions.wake(claims.session(claim));
        remove(claim);
        return true;
    }
}
