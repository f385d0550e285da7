package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("the exit code")
class ExitCodeTest {
    private final Cli cli = new Cli();

    @Test
    @DisplayName("is the command's own, or 128 + n when signal n ended it")
    void isTheChilds() {
        assertThat(cli.run("lock", "x", "--", "true").exitCode()).isZero();
        assertThat(cli.run("lock", "x", "--", "sh", "-c", "exit 3").exitCode()).isEqualTo(3);
        assertThat(cli.run("lock", "x", "--", "sh", "-c", "kill -9 $$").exitCode())
                .isEqualTo(137);
        assertThat(cli.run("elect", "x", "--", "sh", "-c", "exit 4").exitCode()).isEqualTo(4);
        assertThat(cli.run("join", "x", "--", "sh", "-c", "exit 5").exitCode()).isEqualTo(5);
    }

    @Test
    @DisplayName("is 75 for a lock that is busy")
    void isBusy() {
        Cli.Run holder = cli.start("--member", "ada", "lock", "x", "--", "sleep", "60");
        holding(holder);

        Cli.Run refused = cli.run("lock", "x", "--no-wait", "--", "true");
        assertThat(refused.exitCode()).isEqualTo(75);
        assertThat(refused.err()).hasSize(1);
        assertThat(refused.err().get(0))
                .startsWith("conclave: lock x is busy: held by ada since ")
                .contains("(token ");
        assertThat(cli.run("lock", "x", "--wait", "50ms", "--", "true").exitCode())
                .isEqualTo(75);

        holder.signal(EndSignals.Kind.TERM).end();
        assertThat(holder.exitCode()).isEqualTo(143);
        assertThat(cli.run("lock", "x", "--no-wait", "--", "true").exitCode()).isZero();
    }

    @Test
    @DisplayName("is 69 for a backend that does not answer, 78 for one that is refused")
    void isTheBackends() {
        Cli.Run down = new Cli("down:x").run("locks");
        assertThat(down.exitCode()).isEqualTo(69);
        assertThat(down.err()).containsExactly("conclave: down:x did not answer\\nwithin 1s");

        Cli.Run refused = new Cli("refused:x").run("lock", "x", "--", "true");
        assertThat(refused.exitCode()).isEqualTo(78);
        assertThat(refused.err()).containsExactly("conclave: refused:x is a network file system; use a local one");
    }

    @Test
    @DisplayName("is 65 for a conflict with what is there")
    void isConflict() {
        assertThat(cli.run("group", "create", "g").exitCode()).isZero();
        assertThat(cli.run("group", "create", "g").exitCode()).isEqualTo(65);
        assertThat(cli.run("group", "delete", "unknown").exitCode()).isEqualTo(65);
        assertThat(cli.run("members", "unknown").exitCode()).isEqualTo(65);
        assertThat(cli.run("owners", "unknown", "key").exitCode()).isEqualTo(65);
        assertThat(cli.run("capabilities", "unknown").exitCode()).isEqualTo(65);
        assertThat(cli.run("leader", "unknown").exitCode()).isEqualTo(65);
        assertThat(cli.run("join", "unknown", "--no-create", "--", "true").exitCode())
                .isEqualTo(65);

        Cli.Run member = cli.start("--member", "ada", "join", "g").printed(1);
        assertThat(cli.run("group", "delete", "g").exitCode()).isEqualTo(65);
        assertThat(cli.run("--member", "ada", "join", "g", "--no-take-over", "--", "true")
                        .exitCode())
                .isEqualTo(65);
        assertThat(cli.run("capabilities", "g", "--member", "bob").exitCode()).isEqualTo(65);
        member.signal(EndSignals.Kind.TERM).end();

        Cli.Run wrongToken = cli.run("break", "x", "--token", "7");
        assertThat(wrongToken.exitCode()).isEqualTo(65);
        assertThat(wrongToken.err()).containsExactly("conclave: lock x has no grant with token 7: it is free");
    }

    @Test
    @DisplayName("is 121 when the lock is lost while the command runs")
    void isLost() {
        Cli.Run holder = cli.start("lock", "x", "--", "sleep", "60");
        String token = holding(holder);

        assertThat(cli.run("break", "x", "--token", token).exitCode()).isZero();

        assertThat(holder.end().exitCode()).isEqualTo(121);
        assertThat(holder.err()).hasSize(1);
        assertThat(holder.err().get(0))
                .startsWith("conclave: lock x was lost: ")
                .endsWith("; stopping sleep");
    }

    @Test
    @DisplayName(
            "is 127 for a command that is not there and 126 for one that cannot be executed; the lock is not asked for")
    void isTheShells(@TempDir Path directory) throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "true");
        Cli down = new Cli("down:x");

        assertThat(down.run("lock", "x", "--", "no-such-command").exitCode()).isEqualTo(127);
        assertThat(down.run("lock", "x", "--", "/no/such/command").exitCode()).isEqualTo(127);
        assertThat(down.run("lock", "x", "--", script.toString()).exitCode()).isEqualTo(126);
        assertThat(down.run("lock", "x", "--", directory.toString()).exitCode()).isEqualTo(126);
        assertThat(down.with("PATH", directory.toString())
                        .run("lock", "x", "--", "script")
                        .exitCode())
                .isEqualTo(126);
        assertThat(down.run("elect", "x", "--", "no-such-command").exitCode()).isEqualTo(127);
        assertThat(down.run("join", "x", "--", "no-such-command").exitCode()).isEqualTo(127);
    }

    @Test
    @DisplayName("is 126 when the system refuses what looked executable")
    void isTheSystems(@TempDir Path directory) throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        Cli.Run run = cli.run("lock", "x", "--", script.toString());

        assertThat(run.exitCode()).isEqualTo(126);
        assertThat(run.err()).hasSize(1).first().asString().contains(": cannot execute: ");
    }

    @Test
    @DisplayName("is 128 + n when signal n ends a wait")
    void isTheSignals() {
        Cli.Run holder = cli.start("lock", "x", "--", "sleep", "60");
        holding(holder);
        for (EndSignals.Kind kind : EndSignals.Kind.values()) {
            Cli.Run waiter = cli.start("lock", "x", "--", "true");
            Waits.until(() -> cli.run("--format", "json", "lock-info", "x")
                            .json(0)
                            .get("waiters")
                            .getAsInt()
                    == 1);
            assertThat(waiter.signal(kind).end().exitCode()).isEqualTo(kind.exitCode());
            assertThat(waiter.err()).isEmpty();
        }
        assertThat(cli.run("--format", "json", "lock-info", "x")
                        .json(0)
                        .get("waiters")
                        .getAsInt())
                .isZero();
        holder.signal(EndSignals.Kind.TERM).end();
    }

    @Test
    @DisplayName("is 70 for a mistake in the program; a stack trace only with --verbose")
    void isOurs() {
        Cli.Run quiet = new Cli("broken:x").run("locks");
        assertThat(quiet.exitCode()).as(quiet.toString()).isEqualTo(70);
        assertThat(quiet.err()).hasSize(1).first().asString().contains("oops").doesNotContain("\tat ");

        assertThat(new Cli("broken:x").run("--verbose", "locks").err()).anyMatch(line -> line.startsWith("\tat "));
        assertThat(new Cli("down:x").run("--verbose", "locks").err()).anyMatch(line -> line.startsWith("\tat "));
        assertThat(new Cli("down:x")
                        .run("lock", "x", "--", "sleep", "--verbose")
                        .err())
                .hasSize(1);
    }

    /** Waits until the lock x is held; its token. */
    private String holding(Cli.Run holder) {
        Waits.until(() -> cli.run("--format", "json", "lock-info", "x")
                .json(0)
                .get("state")
                .getAsString()
                .equals("held"));
        assertThat(holder.isRunning()).isTrue();
        return cli.run("--format", "json", "lock-info", "x")
                .json(0)
                .get("token")
                .getAsString();
    }
}
