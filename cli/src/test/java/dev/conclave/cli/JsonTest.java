package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("with --format json")
class JsonTest {
    private static final List<String> LOCK =
            List.of("lock", "state", "member", "incarnation", "token", "since", "expiresIn", "waiters");

    private final Cli cli = new Cli();

    @Test
    @DisplayName("lock-info and locks print an object for each holder, and one with nulls for a free lock")
    void locks() {
        Cli.Run free = cli.run("--format", "json", "lock-info", "x");
        assertThat(free.names(0)).isEqualTo(LOCK);
        assertThat(free.json(0).get("state").getAsString()).isEqualTo("free");
        assertThat(free.json(0).get("member").isJsonNull()).isTrue();

        Cli.Run ada = cli.start("--member", "ada", "lock", "--shared", "x", "--", "sleep", "60");
        Cli.Run bob = cli.start("--member", "bob", "lock", "--shared", "x", "--", "sleep", "60");
        Waits.until(() -> cli.run("--format", "json", "lock-info", "x").out().size() == 2);

        Cli.Run held = cli.run("--format", "json", "lock-info", "x");
        assertThat(held.names(0)).isEqualTo(LOCK);
        JsonObject first = held.json(0);
        assertThat(first.get("state").getAsString()).isEqualTo("shared");
        assertThat(List.of(
                        first.get("member").getAsString(),
                        held.json(1).get("member").getAsString()))
                .containsExactlyInAnyOrder("ada", "bob");
        assertThat(first.get("token").getAsLong()).isPositive();
        assertThat(Duration.between(Instant.parse(first.get("since").getAsString()), Instant.now()))
                .isLessThan(Duration.ofMinutes(1));
        assertThat(first.get("expiresIn").getAsString()).matches("\\d+(ms|s)");
        assertThat(first.get("waiters").getAsInt()).isZero();
        assertThat(cli.run("--format", "json", "locks").names(1)).isEqualTo(LOCK);
        assertThat(cli.run("locks").out()).hasSize(2).allMatch(line -> line.startsWith("x\tshared\t"));
        assertThat(cli.run("lock-info", "x").out()).contains("state: shared", "waiters: 0");

        ada.signal(EndSignals.Kind.TERM).end();
        bob.signal(EndSignals.Kind.TERM).end();
        assertThat(cli.run("locks").out()).isEmpty();
    }

    @Test
    @DisplayName("leader prints member, term, payload and since; its watch elected and vacant")
    void leader() {
        Cli.Run watch = cli.start("--format", "json", "leader", "e", "--watch").printed(1);
        Cli.Run leads = cli.start("--member", "ada", "elect", "e", "--payload", "ada:80", "--", "sleep", "60");
        watch.printed(2);

        Cli.Run shown = cli.run("--format", "json", "leader", "e");
        assertThat(shown.names(0)).containsExactly("election", "member", "incarnation", "term", "payload", "since");
        assertThat(shown.json(0).get("member").getAsString()).isEqualTo("ada");
        assertThat(shown.json(0).get("payload").getAsString()).isEqualTo("ada:80");
        assertThat(cli.run("leader", "e").out())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("ada\t")
                .endsWith("\tada:80");

        leads.signal(EndSignals.Kind.TERM).end();
        watch.printed(3);
        assertThat(watch.names(0)).containsExactly("event", "election", "at");
        assertThat(watch.json(0).get("event").getAsString()).isEqualTo("vacant");
        assertThat(watch.names(1))
                .containsExactly("event", "election", "member", "incarnation", "term", "payload", "since", "at");
        assertThat(watch.json(1).get("event").getAsString()).isEqualTo("elected");
        assertThat(watch.json(2).get("event").getAsString()).isEqualTo("vacant");
        assertThat(watch.signal(EndSignals.Kind.INT).end().exitCode()).isEqualTo(130);
    }

    @Test
    @DisplayName("members prints an object a member; its watch a snapshot, and then what happens")
    void members() {
        Cli.Run watch = cli.start("--format", "json", "members", "g", "--watch").printed(1);
        Cli.Run ada = cli.start("--format", "json", "--member", "ada", "join", "g", "--capabilities", "{\"cpu\": [8]}")
                .printed(1);
        watch.printed(2);

        assertThat(ada.names(0)).containsExactly("event", "group", "member", "incarnation");
        Cli.Run shown = cli.run("--format", "json", "members", "g");
        assertThat(shown.names(0)).containsExactly("member", "incarnation", "capabilities", "joinedAt", "updatedAt");
        assertThat(shown.json(0).get("capabilities").toString()).isEqualTo("{\"cpu\":[8]}");
        assertThat(cli.run("members", "g").out())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("ada\t")
                .endsWith("\t{\"cpu\":[8]}");

        Cli.Run lateWatch =
                cli.start("--format", "json", "members", "g", "--watch").printed(1);
        JsonObject snapshot = lateWatch.json(0);
        assertThat(snapshot.get("members")
                        .getAsJsonArray()
                        .get(0)
                        .getAsJsonObject()
                        .get("member")
                        .getAsString())
                .isEqualTo("ada");
        lateWatch.signal(EndSignals.Kind.TERM).end();

        ada.signal(EndSignals.Kind.TERM).end();
        watch.printed(3);
        assertThat(watch.names(0)).containsExactly("event", "group", "members", "revision", "at");
        assertThat(watch.json(0).get("event").getAsString()).isEqualTo("snapshot");
        for (int line = 1; line <= 2; line++) {
            assertThat(watch.names(line))
                    .containsExactly("event", "group", "member", "incarnation", "capabilities", "revision", "at");
        }
        assertThat(watch.json(1).get("event").getAsString()).isEqualTo("joined");
        assertThat(watch.json(2).get("event").getAsString()).isEqualTo("left");
        assertThat(watch.json(2).get("revision").getAsLong())
                .isGreaterThan(watch.json(1).get("revision").getAsLong());
        assertThat(watch.signal(EndSignals.Kind.TERM).end().exitCode()).isEqualTo(143);
    }

    @Test
    @DisplayName("groups prints an object a group; its watch a snapshot, created and deleted")
    void groups() {
        cli.run("group", "create", "first");
        Cli.Run watch = cli.start("--format", "json", "groups", "--watch").printed(1);
        cli.run("group", "create", "second");
        watch.printed(2);
        cli.run("group", "delete", "first");
        watch.printed(3);

        assertThat(watch.json(0).get("groups").toString()).isEqualTo("[\"first\"]");
        assertThat(watch.names(1)).containsExactly("event", "group", "at");
        assertThat(watch.json(1).get("event").getAsString()).isEqualTo("created");
        assertThat(watch.json(1).get("group").getAsString()).isEqualTo("second");
        assertThat(watch.json(2).get("event").getAsString()).isEqualTo("deleted");
        assertThat(cli.run("--format", "json", "groups").out()).containsExactly("{\"group\":\"second\"}");
        watch.signal(EndSignals.Kind.INT).end();
    }

    @Test
    @DisplayName("owners prints key and owners; as text a tab is between them, and commas between owners")
    void owners() {
        Cli.Run ada = cli.start("--member", "ada", "join", "g").printed(1);
        Cli.Run bob = cli.start("--member", "bob", "join", "g").printed(1);

        Cli.Run json = cli.run("--format", "json", "owners", "g", "k1", "k2", "--replicas", "3");
        assertThat(json.names(0)).containsExactly("key", "owners");
        assertThat(json.json(1).get("owners").getAsJsonArray()).hasSize(2);
        assertThat(cli.run("owners", "g", "k1", "--replicas", "2").out())
                .hasSize(1)
                .first()
                .asString()
                .matches("k1\t(ada,bob|bob,ada)");
        assertThat(cli.run("owners", "g", "k1").out().get(0)).matches("k1\t(ada|bob)");

        ada.signal(EndSignals.Kind.TERM).end();
        bob.signal(EndSignals.Kind.TERM).end();
        assertThat(cli.run("owners", "g", "k1").out()).containsExactly("k1\t");
    }

    @Test
    @DisplayName("drivers prints what each driver is and promises")
    void drivers() {
        Cli.Run run = cli.run("--format", "json", "drivers");

        assertThat(run.names(0))
                .containsExactly("driver", "schemes", "urls", "traits", "deathSeenWithin", "beliefOverlap");
        assertThat(run.out()).anyMatch(line -> line.contains("\"memory:"));
        assertThat(cli.run("drivers").out())
                .contains("memory", "    two members believe to hold one name for at most 500ms");
    }

    @Test
    @DisplayName("odd names are told exactly; as text they break no line")
    void oddNames() {
        String odd = "a\n\u001b[31m\"ü\u0085";
        cli.run("group", "create", odd);

        assertThat(cli.run("--format", "json", "groups").json(0).get("group").getAsString())
                .isEqualTo(odd);
        assertThat(cli.run("groups").out()).containsExactly("a\\n\\x1b[31m\"ü\\x85");
    }
}
