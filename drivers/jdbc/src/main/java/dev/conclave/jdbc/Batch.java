package dev.conclave.jdbc;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Claims of one session and releases, all in one round trip and one transaction, in which none is in the way of another. */
public abstract class Batch {
    /** When to look again is for the driver to say, which knows whether it hears. */
    private static final ClaimReply WAITING = new ClaimReply.Waiting(Duration.ZERO);

    private static final long SHARED = 1;
    private static final long QUEUE = 2;
    private static final long BUSY = -1;
    private static final int NUMBERS_AND_NAMESPACE = 640;
    private static final int BYTES_PER_CHAR = 3;

    private final List<Job.Claim> claims = new ArrayList<>();
    private final List<Job.Release> releases = new ArrayList<>();
    private final Set<ClaimId> asked = new HashSet<>();
    private @Nullable SessionId session;
    private int bytes;

    /** For subclasses. */
    protected Batch() {}

    /** Whether another claim may go out with those that are there; by default any. */
    protected boolean fits(ClaimRequest request) {
        return true;
    }

    /** Adds a claim, or refuses if it cannot go out with the others: it is of another session, or given up in the same batch. */
    final boolean add(Job.Claim claim) {
        ClaimId id = claim.request().id();
        boolean ours = session == null || session.equals(id.session());
        if (!ours || !fits(claim.request()) || !asked.add(id)) {
            return false;
        }
        session = id.session();
        claims.add(claim);
        return true;
    }

    final boolean add(Job.Release release) {
        if (!asked.add(release.claim())) {
            return false;
        }
        releases.add(release);
        return true;
    }

    /** Adds a claim or a release; see there. */
    final boolean add(Job job) {
        if (!(job instanceof Job.Claim claim ? add(claim) : job instanceof Job.Release release && add(release))) {
            return false;
        }
        bytes += bytes(job);
        return true;
    }

    /** About how much goes over the wire. */
    final int bytes() {
        return bytes;
    }

    /** About how much a claim or a release adds to that; texts at most, in UTF-8. */
    static int bytes(Job job) {
        if (job instanceof Job.Claim claim) {
            String name = claim.request().id().key().name();
            return NUMBERS_AND_NAMESPACE
                    + BYTES_PER_CHAR
                            * (name.length() + claim.request().payload().length());
        }
        return job instanceof Job.Release release
                ? NUMBERS_AND_NAMESPACE
                        + BYTES_PER_CHAR * release.claim().key().name().length()
                : 0;
    }

    final boolean isEmpty() {
        return asked.isEmpty();
    }

    final int size() {
        return asked.size();
    }

    final List<Job> jobs() {
        List<Job> jobs = new ArrayList<>(claims);
        jobs.addAll(releases);
        return jobs;
    }

    /** What came of it. */
    public record Outcome(List<ClaimReply> claimed, List<Released> released) {
        boolean someWait() {
            for (ClaimReply reply : claimed) {
                if (!(reply instanceof ClaimReply.Granted)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Tells those who wait for it. */
    final void complete(Outcome outcome) {
        for (int i = 0; i < releases.size(); i++) {
            releases.get(i).reply().complete(outcome.released().get(i));
        }
        for (int i = 0; i < claims.size(); i++) {
            claims.get(i).reply().complete(outcome.claimed().get(i));
        }
    }

    /** Sends all of it; the replies are in the order in which claims and releases were added. */
    protected abstract Outcome send(Statements statements) throws SQLException;

    /** The session of all claims, if there are any. */
    protected final @Nullable SessionId session() {
        return session;
    }

    /** The claims, in order. */
    protected final List<Job.Claim> claims() {
        return claims;
    }

    /** The releases, in order. */
    protected final List<Job.Release> releases() {
        return releases;
    }

    /** A claim's wishes as the server reads them. */
    protected static long flags(ClaimRequest request) {
        return (request.shared() ? SHARED : 0) | (request.queue() ? QUEUE : 0);
    }

    /** A claim's payload as the server stores it. */
    protected static byte[] payload(ClaimRequest request) {
        return request.payload().getBytes(StandardCharsets.UTF_8);
    }

    /** The reply to a claim, of which the server says a token, why not, or nothing without a session. */
    protected static ClaimReply claimed(@Nullable Long number) {
        if (number == null) {
            return new ClaimReply.NoSession();
        }
        if (number > 0) {
            return new ClaimReply.Granted(number);
        }
        return number == BUSY ? new ClaimReply.Busy() : WAITING;
    }

    /** The reply to a release. */
    protected static Released released(@Nullable Long number) {
        if (number == null || number == 0) {
            return Released.NOTHING;
        }
        return number == 1 ? Released.WAITING : Released.HELD;
    }
}
