package dev.conclave.memcached;

import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Names;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that is stored of a group in its item: a line for each member. Capabilities that are not small are in items of their own, one
 * for each edition, which never change: so the item stays far below the server's limit, and is all that a change compares with.
 */
final class Roster {
    private static final String FORMAT = "1";
    private static final String BY_THIS_CHANGE = "=";
    private static final String ELSEWHERE = "-";
    private static final int SMALL = 512;

    private final String name;
    private final long created;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * A member.
     *
     * @param capabilities null if they are in an item of their own
     */
    record Entry(
            EnrolmentId id,
            long edition,
            Instant joinedAt,
            Instant updatedAt,
            @Nullable String capabilities) {
        String incarnation() {
            return id.session().incarnation();
        }

        RosterEntry told(String capabilitiesOrThoseElsewhere) {
            return new RosterEntry(id, capabilitiesOrThoseElsewhere, joinedAt, updatedAt);
        }
    }

    private Roster(String name, long created) {
        this.name = name;
        this.created = created;
    }

    static Roster empty(String name) {
        return new Roster(name, 0);
    }

    /** Whether capabilities are kept within the group's item. */
    static boolean isSmall(String capabilities) {
        return capabilities.length() <= SMALL;
    }

    static Roster of(String group, Instance instance, Reply reply) {
        try {
            String[] lines = new String(Packed.unpacked(reply.bytes()), StandardCharsets.US_ASCII).split("\n", -1);
            String[] head = lines[0].split(" ", -1);
            ClaimLine.requireFormat(head[0].equals(FORMAT));
            Keys.requireSame(group, Names.decoded(head[1]));
            long created = head[2].equals(BY_THIS_CHANGE) ? instance.token(reply.cas()) : Long.parseLong(head[2]);
            Roster roster = new Roster(group, created);
            for (int i = 1; i < lines.length; i++) {
                roster.put(entry(group, lines[i].split(" ", -1)));
            }
            return roster;
        } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
            throw ClaimLine.foreign(e);
        }
    }

    private static Entry entry(String group, String[] words) {
        SessionId session = new SessionId(Names.decoded(words[0]), words[1]);
        String capabilities = words[6].equals(ELSEWHERE)
                ? null
                : new String(Base64.getDecoder().decode(words[6]), StandardCharsets.UTF_8);
        return new Entry(
                new EnrolmentId(session, group, Long.parseLong(words[2])),
                Long.parseLong(words[3]),
                Instant.ofEpochMilli(Long.parseLong(words[4])),
                Instant.ofEpochMilli(Long.parseLong(words[5])),
                capabilities);
    }

    byte[] encoded() {
        StringBuilder text = new StringBuilder(100 + 100 * entries.size());
        text.append(FORMAT).append(' ').append(Names.encoded(name)).append(' ');
        text.append(created == 0 ? BY_THIS_CHANGE : Long.toString(created));
        for (Entry entry : entries.values()) {
            SessionId session = entry.id.session();
            text.append('\n').append(Names.encoded(session.member()));
            text.append(' ').append(session.incarnation());
            text.append(' ').append(entry.id.sequence());
            text.append(' ').append(entry.edition);
            text.append(' ').append(entry.joinedAt.toEpochMilli());
            text.append(' ').append(entry.updatedAt.toEpochMilli());
            text.append(' ');
            text.append(
                    entry.capabilities == null
                            ? ELSEWHERE
                            : Base64.getEncoder().encodeToString(entry.capabilities.getBytes(StandardCharsets.UTF_8)));
        }
        return Packed.packed(text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** The revision at which the group came to be; 0 if it is not stored yet. */
    long created() {
        return created;
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    Optional<Entry> of(String member) {
        return Optional.ofNullable(entries.get(member));
    }

    /** The entry of this very enrolment. */
    Optional<Entry> of(EnrolmentId id) {
        return of(id.session().member())
                .filter(entry -> entry.id.sequence() == id.sequence()
                        && entry.incarnation().equals(id.session().incarnation()));
    }

    /** Lists a member; another entry of the same member id makes way. */
    void put(Entry entry) {
        String member = entry.id.session().member();
        entries.remove(member);
        entries.put(member, entry);
    }

    /** The same without some: what was read of a watched group is shared by looks, and stays as it is. */
    Roster without(Predicate<Entry> unwanted) {
        Roster rest = new Roster(name, created);
        entries.values().stream().filter(unwanted.negate()).forEach(rest::put);
        return rest;
    }

    void remove(Entry entry) {
        entries.remove(entry.id.session().member(), entry);
    }
}
