package dev.conclave.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Names of nodes")
class NamesTest {
    @Test
    @DisplayName("are derived as they always were: members of different versions must agree")
    void goldenVectors() throws IOException {
        StringBuilder derived = new StringBuilder();
        for (String name : List.of("conclave", "Billing", "a/b", "..", "größe", "a b%")) {
            line(derived, "namespace " + name, Space.namespace("/root", name));
        }
        Space space = space(0x1_0000_002aL, 1_700_000_000_123L);
        line(derived, "life", space.root());
        line(derived, "number 0x10000002b", String.valueOf(space.number(0x1_0000_002bL)));
        SessionId session = new SessionId("ada/1", "0123456789abcdefghijklmnop");
        for (ClaimKey.Kind kind : ClaimKey.Kind.values()) {
            ClaimKey key = new ClaimKey(kind, "invoice 42");
            line(derived, key.toString(), space.key(key));
            line(derived, "watched " + key, space.watched(new Subject.Key(key)));
            line(derived, "claim x", Line.prefix(new ClaimId(key, session, 7), false));
            line(derived, "claim s", Line.prefix(new ClaimId(key, session, 7), true));
        }
        line(derived, "group workers", space.watched(new Subject.Group("workers")));
        line(derived, "all groups", space.watched(new Subject.AllGroups()));
        line(derived, "member ada/1", space.member("workers", "ada/1"));
        line(derived, "session", space.session(session));

        try (var golden = NamesTest.class.getResourceAsStream("names.txt")) {
            assertThat(derived).hasToString(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Space space(long czxid, long ctime) {
        Stat stat = new Stat();
        stat.setCzxid(czxid);
        stat.setCtime(ctime);
        return Space.of(Space.namespace("", "conclave"), stat);
    }

    @Test
    @DisplayName(
            "tell tokens that grow when new servers begin to count, however many elections the old ones had before the namespace")
    void newServers() {
        long now = 1_700_000_000_123L;
        long fiveDaysAgo = now - Duration.ofDays(5).toMillis();
        long old = space(200L << 32, fiveDaysAgo).number((200L << 32) + 9);

        assertThat(space(1L << 32, now).number((1L << 32) + 9)).isGreaterThan(old);
    }

    private static void line(StringBuilder text, String what, String derived) {
        text.append(what).append(" = ").append(derived).append('\n');
    }

    @Test
    @DisplayName("tell a line's order: writers wait for all before them, readers for writers only")
    void order() {
        String first = "0123456789abcdefghijklmno1-1-s-0000000009";
        String second = "0123456789abcdefghijklmno2-1-s-0000000010";
        String writer = "0123456789abcdefghijklmno3-4-x-0000000011";
        String reader = "0123456789abcdefghijklmno4-1-s-0000000012";
        Line line = new Line(List.of(reader, "nobody's", writer, second, first, "a-b-c-d"));

        assertThat(line.holders()).extracting(Line.Place::name).containsExactly(first, second);
        assertThat(line.before(second)).isEmpty();
        assertThat(line.before(writer)).extracting(Line.Place::name).containsExactly(first, second);
        assertThat(line.before(reader)).extracting(Line.Place::name).containsExactly(writer);
        assertThat(line.size()).isEqualTo(4);
        assertThat(line.admitsSharers()).isFalse();
    }

    @Test
    @DisplayName("tell who clears a line away: only a writer at its head leaves that to the one behind")
    void behind() {
        String reader = "0123456789abcdefghijklmno1-1-s-0000000009";
        String another = "0123456789abcdefghijklmno2-1-s-0000000010";
        String writer = "0123456789abcdefghijklmno3-4-x-0000000011";
        String waiter = "0123456789abcdefghijklmno4-1-x-0000000012";

        assertThat(new Line(List.of(writer)).behind(writer)).isEqualTo(Entry.Behind.NOBODY);
        assertThat(new Line(List.of(waiter, writer)).behind(writer)).isEqualTo(Entry.Behind.SOMEBODY);
        assertThat(new Line(List.of(reader, another)).behind(reader)).isEqualTo(Entry.Behind.UNKNOWN);
        assertThat(new Line(List.of(reader, another)).behind(another)).isEqualTo(Entry.Behind.UNKNOWN);
        assertThat(new Line(List.of(reader, writer)).behind(reader)).isEqualTo(Entry.Behind.UNKNOWN);
    }

    @Test
    @DisplayName("notice that the server has counted past 31 bits, and nothing else")
    void counted() {
        Line.requireOrdered("/a--1/b/0123456789abcdefghijklmno1-1-s-2147483647");

        assertThatThrownBy(() -> Line.requireOrdered("/a/b/0123456789abcdefghijklmno1-1-s--2147483648"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("/a/b");
    }
}
