package dev.conclave.memcached;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Names;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * All that is stored of a name: who holds it and who waits, in their order, one a line. There is one item for each name, so that
 * every change of it is one compare-and-set. Some of those listed may be over; that is found out by looking for their sessions.
 */
final class ClaimLine {
    private static final String FORMAT = "1";
    /** Of a claim that came to be by the very change that stored this. */
    private static final String BY_THIS_CHANGE = "=";

    private final String name;
    private final List<Holder> holders;
    private final List<Waiter> waiters;
    /** For how long the last one held that let go; 0 if that is not known. */
    private long holdNanos;

    /** @param token 0 if it will be that of the change which stores it */
    record Holder(Waiter claim, long token, Instant since, String member, String payload) {
        ClaimId id(ClaimKey key) {
            return new ClaimId(key, new SessionId(member, claim.incarnation), claim.sequence);
        }
    }

    /** A request, or what a holder has asked for. */
    record Waiter(boolean shared, String incarnation, long sequence) {
        static Waiter of(ClaimRequest request) {
            return new Waiter(
                    request.shared(),
                    request.id().session().incarnation(),
                    request.id().sequence());
        }

        boolean is(ClaimId id) {
            return sequence == id.sequence() && incarnation.equals(id.session().incarnation());
        }

        boolean isInTheWayOf(ClaimRequest request) {
            return !is(request.id()) && !(shared && request.shared());
        }
    }

    private ClaimLine(String name, List<Holder> holders, List<Waiter> waiters) {
        this.name = name;
        this.holders = holders;
        this.waiters = waiters;
    }

    static ClaimLine empty(ClaimKey key) {
        return new ClaimLine(key.name(), new ArrayList<>(), new ArrayList<>());
    }

    /** Reads what an item holds, of a name that is known. */
    static ClaimLine of(ClaimKey key, Instance instance, Reply reply) {
        ClaimLine line = of(instance, reply);
        Keys.requireSame(key.name(), line.name);
        return line;
    }

    /** Reads what an item holds. */
    static ClaimLine of(Instance instance, Reply reply) {
        String text = new String(reply.bytes(), StandardCharsets.US_ASCII);
        try {
            String[] lines = text.split("\n", -1);
            String[] head = lines[0].split(" ", -1);
            requireFormat(head[0].equals(FORMAT));
            ClaimLine line = new ClaimLine(Names.decoded(head[1]), new ArrayList<>(), new ArrayList<>());
            line.holdNanos = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(head[2]));
            for (int i = 1; i < lines.length; i++) {
                String[] words = lines[i].split(" ", -1);
                Waiter claim = new Waiter(words[0].endsWith("s"), words[1], Long.parseLong(words[2]));
                if (words[0].startsWith("H")) {
                    line.holders.add(holder(claim, words, instance.token(reply.cas())));
                } else {
                    line.waiters.add(claim);
                }
            }
            return line;
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
            throw foreign(e);
        }
    }

    private static Holder holder(Waiter claim, String[] words, long byThisChange) {
        long token = words[3].equals(BY_THIS_CHANGE) ? byThisChange : Long.parseLong(words[3]);
        Instant since = Instant.ofEpochMilli(Long.parseLong(words[4]));
        String payload = new String(Base64.getDecoder().decode(words[6]), StandardCharsets.UTF_8);
        return new Holder(claim, token, since, Names.decoded(words[5]), payload);
    }

    static void requireFormat(boolean known) {
        if (!known) {
            throw new IllegalArgumentException("unknown format");
        }
    }

    static MisconfiguredException foreign(Exception cause) {
        return new MisconfiguredException(
                "memcached holds an item of somebody else, or of another version, where Conclave's should be; choose"
                        + " another namespace",
                cause);
    }

    byte[] encoded() {
        StringBuilder text = new StringBuilder(200);
        text.append(FORMAT).append(' ').append(Names.encoded(name));
        text.append(' ').append(TimeUnit.NANOSECONDS.toMicros(holdNanos));
        for (Holder holder : holders) {
            append(text, 'H', holder.claim);
            text.append(' ').append(holder.token == 0 ? BY_THIS_CHANGE : Long.toString(holder.token));
            text.append(' ').append(holder.since.toEpochMilli());
            text.append(' ').append(Names.encoded(holder.member)).append(' ');
            text.append(Base64.getEncoder().encodeToString(holder.payload.getBytes(StandardCharsets.UTF_8)));
        }
        for (Waiter waiter : waiters) {
            append(text, 'W', waiter);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void append(StringBuilder text, char kind, Waiter claim) {
        text.append('\n').append(kind).append(claim.shared ? 's' : 'x');
        text.append(' ').append(claim.incarnation).append(' ').append(claim.sequence);
    }

    String name() {
        return name;
    }

    List<Holder> holders() {
        return holders;
    }

    List<Waiter> waiters() {
        return waiters;
    }

    long holdNanos() {
        return holdNanos;
    }

    void heldFor(long nanos) {
        holdNanos = nanos;
    }

    boolean isEmpty() {
        return holders.isEmpty() && waiters.isEmpty();
    }

    /** Whether there is one holder and nobody else, so that to release is to delete. */
    boolean isOneAlone() {
        return holders.size() == 1 && waiters.isEmpty();
    }

    /** All whose sessions must live for what they hold or wait for to count. */
    Set<String> incarnations() {
        Set<String> all = new LinkedHashSet<>();
        holders.forEach(holder -> all.add(holder.claim.incarnation));
        waiters.forEach(waiter -> all.add(waiter.incarnation));
        return all;
    }

    Optional<Holder> holder(ClaimId id) {
        return holders.stream().filter(holder -> holder.claim.is(id)).findFirst();
    }

    Optional<Holder> holder(long token) {
        return holders.stream().filter(holder -> holder.token == token).findFirst();
    }

    boolean isWaiting(ClaimId id) {
        return waiters.stream().anyMatch(waiter -> waiter.is(id));
    }

    /** What tells one request from another. */
    record Ticket(String incarnation, long sequence) {
        static Ticket of(ClaimId id) {
            return new Ticket(id.session().incarnation(), id.sequence());
        }
    }

    /** How many are before each waiter, in its way or not. */
    Map<Ticket, Integer> places() {
        Map<Ticket, Integer> places = new HashMap<>();
        for (Waiter waiter : waiters) {
            places.put(new Ticket(waiter.incarnation, waiter.sequence), holders.size() + places.size());
        }
        return places;
    }

    /** Who has been there longest; a change of it is a hand-over. */
    Optional<Waiter> front() {
        return holders.isEmpty() ? waiters.stream().findFirst() : Optional.of(holders.get(0).claim);
    }

    /** Those before whom the request cannot be granted as long as one of them lives, in their order. */
    List<Waiter> inTheWayOf(ClaimRequest request) {
        List<Waiter> found = new ArrayList<>();
        for (Holder holder : holders) {
            if (holder.claim.isInTheWayOf(request)) {
                found.add(holder.claim);
            }
        }
        for (Waiter waiter : waiters) {
            if (waiter.is(request.id())) {
                break;
            }
            if (waiter.isInTheWayOf(request)) {
                found.add(waiter);
            }
        }
        return found;
    }

    /** Those whose turn it is now: one that wants the name for itself, or all sharers up to the next such one. */
    List<Waiter> next() {
        List<Waiter> next = new ArrayList<>();
        boolean free = holders.isEmpty();
        boolean shared = holders.stream().allMatch(holder -> holder.claim.shared);
        for (Waiter waiter : waiters) {
            if (!waiter.shared) {
                if (free && next.isEmpty()) {
                    next.add(waiter);
                }
                break;
            }
            if (shared) {
                next.add(waiter);
            }
        }
        return next;
    }

    void grant(ClaimRequest request, Instant now) {
        waiters.removeIf(waiter -> waiter.is(request.id()));
        holders.add(
                new Holder(Waiter.of(request), 0, now, request.id().session().member(), request.payload()));
    }

    void enqueue(ClaimRequest request) {
        waiters.add(Waiter.of(request));
    }

    /** Whether it was among the holders. */
    boolean removeHolder(ClaimId id) {
        return holders.removeIf(holder -> holder.claim.is(id));
    }

    /** Whether it was waiting. */
    boolean removeWaiter(ClaimId id) {
        return waiters.removeIf(waiter -> waiter.is(id));
    }

    /** Drops those whose sessions are over; whether there were any. */
    boolean bury(Set<String> over) {
        boolean held = holders.removeIf(holder -> over.contains(holder.claim.incarnation));
        boolean waited = waiters.removeIf(waiter -> over.contains(waiter.incarnation));
        return held || waited;
    }
}
