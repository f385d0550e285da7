package dev.conclave.memory;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Those who hold a name and those who wait for it, first come first served.
 *
 * <p>The first waiter is never grantable: whoever removes something calls {@link #takeGrantable} until
 * nothing comes. So a new request has to wait if anybody waits, and need not compare itself with each.
 */
final class ClaimLine {
    private final Map<ClaimId, Grant> holders = new LinkedHashMap<>();
    private final Map<ClaimId, ClaimRequest> waiters = new LinkedHashMap<>();

    record Grant(ClaimRequest request, long token, Instant since) {}

    boolean isHeld(ClaimId id) {
        return holders.containsKey(id);
    }

    /** Of a claim that {@link #isHeld}. */
    long token(ClaimId id) {
        return holders.get(id).token();
    }

    boolean isWaiting(ClaimId id) {
        return waiters.containsKey(id);
    }

    /** Whether a new request can be granted at once. */
    boolean admits(ClaimRequest request) {
        return waiters.isEmpty() && fits(request);
    }

    void grant(ClaimRequest request, long token, Instant since) {
        holders.put(request.id(), new Grant(request, token, since));
    }

    void enqueue(ClaimRequest request) {
        waiters.put(request.id(), request);
    }

    Released remove(ClaimId id) {
        if (holders.remove(id) != null) {
            return Released.HELD;
        }
        return waiters.remove(id) != null ? Released.WAITING : Released.NOTHING;
    }

    /** Takes the first waiter out of the queue if its turn has come. */
    @Nullable
    ClaimRequest takeGrantable() {
        Iterator<ClaimRequest> queue = waiters.values().iterator();
        if (!queue.hasNext()) {
            return null;
        }
        ClaimRequest first = queue.next();
        if (!fits(first)) {
            return null;
        }
        queue.remove();
        return first;
    }

    Optional<ClaimId> holderWith(long token) {
        return holders.values().stream()
                .filter(grant -> grant.token() == token)
                .map(grant -> grant.request().id())
                .findFirst();
    }

    /** By age. */
    Collection<Grant> holders() {
        return holders.values();
    }

    int waiterCount() {
        return waiters.size();
    }

    boolean isEmpty() {
        return holders.isEmpty() && waiters.isEmpty();
    }

    /** Holders stand together only if all are shared, so that any one of them tells of all. */
    private boolean fits(ClaimRequest request) {
        return holders.isEmpty()
                || request.shared()
                        && holders.values().iterator().next().request().shared();
    }
}
