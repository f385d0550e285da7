package dev.conclave.table;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus.Holding;
import java.time.Instant;

/**
 * The claims on each name in the order in which they came: first those that are granted, one exclusive or
 * several shared ones, and then those that wait.
 */
final class Claims {
    /** First and last claim of a name. */
    private static final int OF_NAME = Index.OWN;

    private static final int NAME = 8;
    private static final int SESSION = 16;
    private static final int SEQUENCE = 24;
    private static final int SHARED = 32;
    /** The fencing token, or 0 for as long as the request waits. */
    private static final int TOKEN = 40;

    private static final int SINCE = 48;
    private static final int PAYLOAD = 56;
    private static final int PAYLOAD_LENGTH = 64;
    private static final int IN_NAME = 72;
    private static final int IN_SESSION = 88;
    /** More words than the removal or the grant of one claim changes. */
    private static final int WORDS_PER_CLAIM = 40;

    private final Arena arena;
    private final Texts texts;
    private final Index index;
    private final Processes processes;
    private final Sessions sessions;
    private final Serials serials;
    private final Clock clock;
    private final Chain inName;
    private final Chain inSession;

    Claims(
            Arena arena,
            Texts texts,
            Index index,
            Processes processes,
            Sessions sessions,
            Serials serials,
            Clock clock) {
        this.arena = arena;
        this.texts = texts;
        this.index = index;
        this.processes = processes;
        this.sessions = sessions;
        this.serials = serials;
        this.clock = clock;
        this.inName = new Chain(arena, IN_NAME);
        this.inSession = new Chain(arena, IN_SESSION);
    }

    int firstOfName(int name) {
        return inName.first(name + OF_NAME);
    }

    int firstOfSession(int session) {
        return inSession.first(Sessions.claims(session));
    }

    int afterInName(int claim) {
        return inName.after(claim);
    }

    int afterInSession(int claim) {
        return inSession.after(claim);
    }

    int name(int claim) {
        return arena.pointer(claim + NAME);
    }

    int session(int claim) {
        return arena.pointer(claim + SESSION);
    }

    long sequence(int claim) {
        return arena.get(claim + SEQUENCE);
    }

    boolean isShared(int claim) {
        return arena.get(claim + SHARED) != 0;
    }

    boolean isHeld(int claim) {
        return token(claim) != 0;
    }

    long token(int claim) {
        return arena.get(claim + TOKEN);
    }

    boolean lives(int claim) {
        return sessions.lives(session(claim));
    }

    /** The session's claim on the name, or 0. */
    int find(int name, int session, long sequence) {
        int claim = firstOfName(name);
        while (claim != 0 && (session(claim) != session || sequence(claim) != sequence)) {
            claim = afterInName(claim);
        }
        return claim;
    }

    /** Whether a new request would be granted at once, on a name that has claims and is settled. */
    boolean admits(int name, boolean shared) {
        if (!shared) {
            return false;
        }
        for (int claim = firstOfName(name); claim != 0; claim = afterInName(claim)) {
            if (!isShared(claim) && lives(claim)) {
                return false;
            }
        }
        return true;
    }

    int append(int name, int session, ClaimRequest request) {
        byte[] payload = Texts.utf8(request.payload());
        int text = texts.store(payload);
        int claim = arena.allocate();
        arena.init(claim + NAME, name);
        arena.init(claim + SESSION, session);
        arena.init(claim + SEQUENCE, request.id().sequence());
        arena.init(claim + SHARED, request.shared() ? 1 : 0);
        arena.init(claim + PAYLOAD, text);
        arena.init(claim + PAYLOAD_LENGTH, payload.length);
        inName.append(name + OF_NAME, claim);
        inSession.append(Sessions.claims(session), claim);
        return claim;
    }

    void grant(int claim) {
        arena.set(claim + TOKEN, serials.next());
        arena.set(claim + SINCE, clock.millis());
        processes.wakeWatchers(index.hash(name(claim)));
    }

    /** Removes a claim, and leaves the name to be settled. */
    void remove(int claim) {
        if (isHeld(claim)) {
            processes.wakeWatchers(index.hash(name(claim)));
        }
        inName.remove(name(claim) + OF_NAME, claim);
        inSession.remove(Sessions.claims(session(claim)), claim);
        texts.free(arena.pointer(claim + PAYLOAD));
        arena.free(claim);
    }

    /**
     * Lets in those whose turn it is, past those who died, and wakes them. May commit in between: each
     * removal and each grant is right by itself.
     *
     * @return the name, or 0 if nobody claims it any more and it is forgotten
     */
    int settle(int name) {
        boolean onlyShared = true;
        int next;
        for (int claim = firstOfName(name); claim != 0; claim = next) {
            next = afterInName(claim);
            if (!arena.hasRoomFor(WORDS_PER_CLAIM)) {
                arena.commit();
            }
            if (!lives(claim)) {
                sessions.markEnded(session(claim)); // it must not come back to life without this claim
                remove(claim);
                continue;
            }
            boolean first = claim == firstOfName(name);
            if (!first && !(onlyShared && isShared(claim))) {
                break;
            }
            if (!isHeld(claim)) {
                grant(claim);
                sessions.wakeRequest(session(claim), sequence(claim));
            }
            onlyShared &= isShared(claim);
        }
        return forgetIfFree(name);
    }

    private int forgetIfFree(int name) {
        if (firstOfName(name) != 0) {
            return name;
        }
        index.remove(name);
        return 0;
    }

    /** How many of the living wait before a claim. */
    int waitersBefore(int claim) {
        int waiters = 0;
        int other = firstOfName(name(claim));
        for (; other != claim; other = afterInName(other)) {
            if (!isHeld(other)) {
                waiters++;
            }
        }
        return waiters;
    }

    Holding holding(ClaimKey key, int claim) {
        int session = session(claim);
        String payload = texts.text(arena.pointer(claim + PAYLOAD), (int) arena.get(claim + PAYLOAD_LENGTH));
        return new Holding(
                new ClaimId(key, sessions.id(session), sequence(claim)),
                isShared(claim),
                token(claim),
                payload,
                Instant.ofEpochMilli(arena.get(claim + SINCE)),
                sessions.expiresIn(session));
    }
}
