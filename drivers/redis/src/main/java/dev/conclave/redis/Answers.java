package dev.conclave.redis;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the scripts return. */
final class Answers {
    private Answers() {}

    static EnrolReply enrolment(long reply) {
        return switch ((int) reply) {
            case 0 -> EnrolReply.ENROLLED;
            case 1 -> EnrolReply.TAKEN;
            case 2 -> EnrolReply.NO_GROUP;
            default -> EnrolReply.NO_SESSION;
        };
    }

    static ClaimReply claim(long answer) {
        if (answer > 0) {
            return new ClaimReply.Granted(answer);
        }
        if (answer == -1) {
            return new ClaimReply.Busy();
        }
        if (answer == -2) {
            return new ClaimReply.NoSession();
        }
        return new ClaimReply.Waiting(Duration.ofMillis(-10 - answer));
    }

    static String text(Object answer) {
        return answer instanceof Long number ? Long.toString(number) : Login.text(answer);
    }

    private static long number(Object answer) {
        return Long.parseLong(text(answer));
    }

    /** For each name: name, waiters, number of holders, and what {@link #holding} reads of each. */
    static List<ClaimStatus> statuses(Object answer) {
        List<ClaimStatus> statuses = new ArrayList<>();
        Iterator<?> words = ((List<?>) answer).iterator();
        while (words.hasNext()) {
            ClaimKey key = Keys.key(text(words.next()));
            int waiters = (int) number(words.next());
            long count = number(words.next());
            List<ClaimStatus.Holding> holders = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                holders.add(holding(key, words));
            }
            // The token grows with each grant, so this is by age.
            holders.sort(java.util.Comparator.comparingLong(ClaimStatus.Holding::token));
            statuses.add(new ClaimStatus(key, holders, waiters));
        }
        return statuses;
    }

    private static ClaimStatus.Holding holding(ClaimKey key, Iterator<?> words) {
        String incarnation = text(words.next());
        long sequence = number(words.next());
        boolean shared = number(words.next()) == 1;
        long token = number(words.next());
        Instant since = Instant.ofEpochMilli(number(words.next()));
        String payload = text(words.next());
        SessionId session = new SessionId(text(words.next()), incarnation);
        Duration left = Duration.ofMillis(number(words.next()));
        return new ClaimStatus.Holding(new ClaimId(key, session, sequence), shared, token, payload, since, left);
    }

    static RosterReply roster(String group, @Nullable Object answer, long known) {
        if (answer == null) {
            return new RosterReply.NoGroup();
        }
        if (answer instanceof Long) {
            return new RosterReply.Unchanged();
        }
        List<?> words = (List<?>) answer;
        long revision = number(words.get(0));
        if (number(words.get(1)) == 0) {
            List<RosterEntry> entries =
                    List.copyOf(entries(group, words.subList(2, words.size())).values());
            return new RosterReply.Whole(revision, entries, known >= 0);
        }
        int changes = (int) number(words.get(2));
        return delta(group, revision, words.subList(3, 3 + changes), words.subList(3 + changes, words.size()));
    }

    private static RosterReply delta(String group, long revision, List<?> changes, List<?> members) {
        Map<EnrolmentId, RosterEntry> entries = entries(group, members);
        Set<EnrolmentId> left = new LinkedHashSet<>();
        Map<EnrolmentId, RosterEntry> listed = new LinkedHashMap<>();
        for (Object change : changes) {
            String[] parts =
                    text(change).split(" ", 6); // revision, the one before, sign, incarnation, sequence, member
            EnrolmentId id = new EnrolmentId(new SessionId(parts[5], parts[3]), group, Long.parseLong(parts[4]));
            RosterEntry entry = entries.get(id);
            if (parts[2].equals("-")) {
                left.add(id);
            } else if (entry != null) {
                listed.put(id, entry);
            }
        }
        return new RosterReply.Delta(revision, left, List.copyOf(listed.values()));
    }

    /** Of members and their entries, in turn. */
    private static Map<EnrolmentId, RosterEntry> entries(String group, List<?> members) {
        Map<EnrolmentId, RosterEntry> entries = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i += 2) {
            // incarnation, sequence, edition, joined, updated, capabilities
            String[] parts = text(members.get(i + 1)).split(" ", 6);
            SessionId session = new SessionId(text(members.get(i)), parts[0]);
            EnrolmentId id = new EnrolmentId(session, group, Long.parseLong(parts[1]));
            Instant joined = Instant.ofEpochMilli(Long.parseLong(parts[3]));
            Instant updated = Instant.ofEpochMilli(Long.parseLong(parts[4]));
            entries.put(id, new RosterEntry(id, parts[5], joined, updated));
        }
        return entries;
    }
}
