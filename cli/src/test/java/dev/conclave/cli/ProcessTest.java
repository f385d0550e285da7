package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("the conclave process")
class ProcessTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private CliProcess cli;

    @BeforeEach
    void begin() {
        cli = new CliProcess(directory);
    }

    @Test
    @DisplayName("passes its command's output and exit code on")
    void runsACommand() throws Exception {
        CliProcess.Run run = cli.start("lock", "x", "--", "sh", "-c", "echo out; echo err >&2; exit 9");

        assertThat(run.exitCode()).isEqualTo(9);
        assertThat(run.out()).containsExactly("out");
        assertThat(run.err()).containsExactly("err");
    }

    @ParameterizedTest
    @CsvSource({"HUP, 129", "INT, 130", "TERM, 143"})
    @DisplayName("passes signals on to its command, waits for it, and releases before it ends")
    void passesSignalsOn(String signal, int ofDefault) throws Exception {
        HeededSignals.assumePassedOn(signal);
        Path ready = directory.resolve("ready");
        CliProcess.Run trapping = cli.start(
                "lock",
                "x",
                "--",
                "sh",
                "-c",
                "trap 'echo cleaning; sleep 0.3; echo done; exit 7' " + signal + "; touch " + ready
                        + "; while :; do sleep 0.05; done");
        Waits.untilExists(ready);
        assertThat(trapping.signal(signal).exitCode()).isEqualTo(7);
        assertThat(trapping.out()).containsExactly("cleaning", "done");

        CliProcess.Run plain = cli.start("lock", "x", "--no-wait", "--", "sh", "-c", "echo; exec sleep 60");
        plain.printed(1);
        assertThat(plain.signal(signal).exitCode()).isEqualTo(ofDefault);

        CliProcess.Run joined = cli.start("join", "g").printed(1);
        assertThat(joined.signal(signal).exitCode()).isZero();
        assertThat(cli.start("locks").exitCode()).isZero();
    }

    @Test
    @DisplayName("stops its command when the lock is lost, also if nobody reads what it says of it")
    void stopsUnheard() throws Exception {
        Path pid = directory.resolve("pid");
        Process unheard = new ProcessBuilder(cli.command(
                        "lock", "x", "--", "sh", "-c", "echo $$ > " + pid + "; while :; do echo x >&2; done"))
                .start();
        try {
            Waits.until(() -> unheard.getErrorStream().available() >= 64 * 1024);
            ProcessHandle command = ProcessHandle.of(
                            Long.parseLong(Files.readString(pid).strip()))
                    .orElseThrow();
            CliProcess.Run info =
                    cli.start("--format", "json", "lock-info", "x").printed(1);
            String token = JsonParser.parseString(info.out().get(0))
                    .getAsJsonObject()
                    .get("token")
                    .getAsString();

            assertThat(cli.start("break", "x", "--token", token).exitCode()).isZero();

            Waits.until(() -> !command.isAlive());
            unheard.getErrorStream().transferTo(OutputStream.nullOutputStream());
            assertThat(unheard.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(unheard.exitValue()).isEqualTo(121);
        } finally {
            unheard.destroyForcibly();
        }
    }

    @Test
    @DisplayName("leaves nothing when it is killed while it waits, and the lock goes on to the next")
    void isKilledWaiting() throws Exception {
        Path go = directory.resolve("go");
        CliProcess.Run holder =
                cli.start("lock", "x", "--", "sh", "-c", "echo held; while ! [ -e " + go + " ]; do sleep 0.05; done");
        holder.printed(1);
        CliProcess.Run killed =
                cli.start("lock", "x", "--", "touch", directory.resolve("never").toString());
        Waits.until(() -> waiters() == 1);
        CliProcess.Run next = cli.start("lock", "x", "--", "true");
        Waits.until(() -> waiters() == 2);

        killed.process().destroyForcibly();

        assertThat(killed.exitCode()).isEqualTo(137);
        Waits.until(() -> waiters() == 1);
        Files.createFile(go);
        assertThat(holder.exitCode()).isZero();
        assertThat(next.exitCode()).isZero();
        assertThat(directory.resolve("never")).doesNotExist();
        CliProcess.Run locks = cli.start("locks");
        assertThat(locks.exitCode()).isZero();
        assertThat(locks.out()).isEmpty();
    }

    private int waiters() throws Exception {
        CliProcess.Run info = cli.start("--format", "json", "lock-info", "x");
        assertThat(info.exitCode()).as(info.err().toString()).isZero();
        return JsonParser.parseString(info.out().get(0))
                .getAsJsonObject()
                .get("waiters")
                .getAsInt();
    }

    @Test
    @DisplayName("frees a killed leader's place at once")
    void isKilledLeading() throws Exception {
        CliProcess.Run leader = cli.start("elect", "e", "--", "sh", "-c", "echo leads; exec sleep 60")
                .printed(1);
        CliProcess.Run next = cli.start("elect", "e", "--", "sh", "-c", "echo leads; exec sleep 60");
        leader.process().descendants().forEach(ProcessHandle::destroyForcibly);
        leader.process().destroyForcibly();

        next.printed(1);
        assertThat(next.signal("TERM").exitCode()).isEqualTo(143);
    }

    @Test
    @DisplayName("lets the command of a join set its member's capabilities")
    void setsCapabilities() throws Exception {
        String set = String.join(" ", cli.command("capabilities", "g", "--set", "'{\"load\":3}'"));
        CliProcess.Run join = cli.start(
                cli.command("--member", "ada", "join", "g", "--", "sh", "-c", set + " && echo set; exec sleep 60"),
                Map.of("XDG_RUNTIME_DIR", directory.toString()));
        join.printed(1);
        CliProcess.Run shown = cli.start("capabilities", "g");

        assertThat(shown.exitCode()).isZero();
        assertThat(shown.out()).containsExactly("ada\t{\"load\":3}");
        assertThat(join.signal("TERM").exitCode()).isEqualTo(143);
    }

    @Test
    @DisplayName("makes its default store in the state directory, for this user only")
    void hasADefaultStore() throws Exception {
        List<String> words = cli.command("group", "create", "g");
        words.subList(words.indexOf("--url"), words.indexOf("--url") + 2).clear();
        CliProcess.Run run = cli.start(
                words, Map.of("XDG_STATE_HOME", directory.resolve("a state").toString(), "CONCLAVE_URL", ""));

        assertThat(run.exitCode()).as(run.err().toString()).isZero();
        assertThat(Files.getPosixFilePermissions(directory.resolve("a state/conclave/store")))
                .hasSize(3);
    }

    @Test
    @DisplayName("ends quietly when nobody reads its output any more")
    void losesItsReader() throws Exception {
        String watch = String.join(" ", cli.command("groups", "--watch"));
        CliProcess.Run watching = cli.start(
                List.of("sh", "-c", "(" + watch + "; echo $? > " + directory.resolve("code") + ") | head -n 1"),
                Map.of());
        watching.printed(1);
        Waits.until(() -> {
            cli.start("group", "create", "g" + System.nanoTime()).exitCode();
            return Files.exists(directory.resolve("code"));
        });
        Waits.until(() -> Files.readString(directory.resolve("code")).equals("141\n"));
        assertThat(watching.err()).isEmpty();
    }

    /** Adds a word to a command line, whatever this JVM's own locale can write. */
    private List<String> withUmlaut(String script, String... words) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script + " \"$(printf '\\303\\274')\"", "sh"));
        command.addAll(cli.command(words));
        return command;
    }

    @Test
    @DisplayName("does not confuse names that it cannot read in the caller's locale")
    void refusesUnreadableNames() throws Exception {
        CliProcess.Run run = cli.start(withUmlaut("exec \"$@\"", "lock-info"), Map.of("LC_ALL", "C"));

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.err()).hasSize(1).first().asString().contains("in the locale C; set LC_ALL to one with UTF-8");
    }

    @Test
    @DisplayName("gives its command the caller's locale where the launcher gave conclave another")
    void restoresTheLocale() throws Exception {
        String show = "echo $LC_ALL $CONCLAVE_CALLERS_LC_ALL $1";
        CliProcess.Run run = cli.start(
                withUmlaut("exec \"$@\"", "lock", "x", "--", "sh", "-c", show, "sh"),
                Map.of("LC_ALL", "C.UTF-8", "CONCLAVE_CALLERS_LC_ALL", "C"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsExactly("C \u00fc");
    }

    @Test
    @DisplayName("says on a terminal what it waits for, and leaves Ctrl-C to the terminal")
    void waitsOnATerminal() throws Exception {
        HeededSignals.assume("INT");
        assumeTrue(
                new ProcessBuilder("sh", "-c", "script -qec true /dev/null </dev/null >/dev/null")
                                .start()
                                .waitFor()
                        == 0,
                "needs script(1) of util-linux to have a terminal");
        CliProcess.Run holder = cli.start("--member", "ada", "lock", "x", "--", "sh", "-c", "echo held; exec sleep 60")
                .printed(1);
        CliProcess.Run waiter = cli.start(
                List.of(
                        "script",
                        "-qec",
                        // Else the shell that script(1) starts waits beside us, and if it is dash Ctrl-C ends it.
                        "exec " + String.join(" ", cli.command("lock", "x", "--", "sh", "-c", "'" + COUNTING + "'")),
                        "/dev/null"),
                Map.of());
        waiter.printed(1);
        assertThat(waiter.out().get(0))
                .matches("conclave: waiting for lock x, held by ada since \\d\\d:\\d\\d:\\d\\d \\(token \\d+\\)");
        holder.signal("TERM").exitCode();
        // Not the second line: between the two holders it may say once more what it waits for.
        Waits.until(() -> waiter.out().contains("running"));

        OutputStream keyboard = waiter.process().getOutputStream();
        keyboard.write(3);
        keyboard.flush();

        assertThat(waiter.exitCode()).isEqualTo(7);
        String said = Files.readString(waiter.outFile(), StandardCharsets.UTF_8);
        assertThat(said.split("got INT", -1)).as(said).hasSize(2);
    }

    /** Says how often it is interrupted, for long enough that a second time would be seen. */
    private static final String COUNTING =
            "trap \"echo got INT; n=1\" INT; echo running; while [ -z \"$n\" ]; do sleep 0.05; done; sleep 0.5; exit 7";

    @Test
    @DisplayName("plays the demo to a good end, and leaves nothing behind")
    void playsTheDemo() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        List<String> words = cli.command("demo", "--seconds", "6");
        words.add(1, "-Djava.io.tmpdir=" + temporary);
        CliProcess.Run demo = cli.start(words, Map.of());

        assertThat(demo.exitCode()).as(String.join("\n", demo.out())).isZero();
        assertThat(demo.out()).anyMatch(line -> line.contains("kill -9"));
        assertThat(demo.out().stream().filter(line -> line.startsWith("  ✓"))).hasSize(4);
        assertThat(demo.err()).isEmpty();
        assertThat(isEmpty(temporary)).isTrue();
    }

    @Test
    @DisplayName("ends the demo at a signal, its processes too, and leaves nothing behind")
    void endsTheDemo() throws Exception {
        HeededSignals.assume("INT");
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        List<String> words = cli.command("demo", "--seconds", "600");
        words.add(1, "-Djava.io.tmpdir=" + temporary);
        CliProcess.Run demo = cli.start(words, Map.of());
        Waits.until(() -> demo.out().stream().anyMatch(line -> line.contains("(token ")));
        List<ProcessHandle> members = demo.process().descendants().toList();
        assertThat(members).hasSize(4);

        assertThat(demo.signal("INT").exitCode()).isEqualTo(130);
        for (ProcessHandle member : members) {
            member.onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(isEmpty(temporary)).isTrue();
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.noneMatch(file -> !file.getFileName().toString().startsWith("hsperfdata"));
        }
    }
}
