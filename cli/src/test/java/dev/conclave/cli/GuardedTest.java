package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.memory.MemoryBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("a command that conclave runs")
class GuardedTest {
    private final MemoryBackend backend = MemoryBackend.named(UUID.randomUUID().toString());
    private final Cli cli = new Cli(backend.url());

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    @DisplayName("finds what is held, its token and the member in its environment")
    void findsItsEnvironment() throws IOException {
        Path seen = directory.resolve("seen");
        String print = "env | grep '^CONCLAVE_' | grep -v URL | sort > " + seen;

        cli.run("--member", "ada", "lock", "my lock", "--", "sh", "-c", print);
        List<String> lock = Files.readAllLines(seen);
        assertThat(lock).contains("CONCLAVE_LOCK=my lock", "CONCLAVE_MEMBER=ada");
        long token = token(lock);
        cli.run("--member", "ada", "lock", "my lock", "--", "sh", "-c", print);
        assertThat(token(Files.readAllLines(seen))).isGreaterThan(token);

        cli.run("--member", "ada", "elect", "e", "--", "sh", "-c", print);
        assertThat(Files.readAllLines(seen)).contains("CONCLAVE_ELECTION=e", "CONCLAVE_MEMBER=ada");
        assertThat(token(Files.readAllLines(seen))).isPositive();

        cli.run("--member", "ada", "join", "g", "--", "sh", "-c", print);
        assertThat(Files.readAllLines(seen)).containsExactly("CONCLAVE_GROUP=g", "CONCLAVE_MEMBER=ada");
    }

    private static long token(List<String> environment) {
        return environment.stream()
                .filter(line -> line.startsWith("CONCLAVE_FENCING_TOKEN="))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("gets each signal that conclave gets, may take its time, and its exit code stands")
    void getsSignals(EndSignals.Kind kind) throws IOException {
        HeededSignals.assumePassedOn(kind.name());
        Path ready = directory.resolve("ready");
        Path told = directory.resolve("told");
        Path go = directory.resolve("go");
        Cli.Run run = cli.start("lock", "x", "--", "sh", "-c", trapping(kind.name(), told, ready, go));
        Waits.untilExists(ready);

        run.signal(kind);
        Waits.untilExists(told);
        assertThat(lockIsHeld()).as("while the command cleans up").isTrue();
        Files.createFile(go);
        assertThat(run.end().exitCode()).isEqualTo(7);
        assertThat(lockIsHeld()).isFalse();
    }

    /** A script that waits until it is told to end, then cleans up until it may go. */
    private static String trapping(String signal, Path told, Path ready, Path go) {
        return "trap 'touch " + told + "; while ! [ -e " + go + " ]; do sleep 0.05; done; exit 7' " + signal
                + "; touch " + ready + "; while :; do sleep 0.05; done";
    }

    @Test
    @DisplayName("is stopped when the lock is lost: SIGTERM, and what descends from it too")
    void isStopped() {
        Path told = directory.resolve("told");
        Path ready = directory.resolve("ready");
        String grandchild = "sh -c '" + trappingInQuotes(directory.resolve("grandchild told"), ready) + "' & ";
        Cli.Run run = cli.start(
                "lock", "x", "--", "sh", "-c", grandchild + trapping("TERM", told, directory.resolve("r"), directory));
        Waits.untilExists(ready);
        Waits.untilExists(directory.resolve("r"));

        breakLock();

        assertThat(run.end().exitCode()).isEqualTo(121);
        assertThat(told).exists();
        assertThat(directory.resolve("grandchild told")).exists();
    }

    private static String trappingInQuotes(Path told, Path ready) {
        return "trap \"touch \\\"" + told + "\\\"; exit 0\" TERM; touch " + ready + "; while :; do sleep 0.05; done";
    }

    @Test
    @DisplayName("is killed when it does not heed SIGTERM in the time of --kill-after, and so is what descends from it")
    void isKilled() throws IOException {
        Path ready = directory.resolve("ready");
        Path pids = directory.resolve("pids");
        String stubborn = "trap '' TERM; echo $$ >> " + pids + "; ";
        String script = "(trap '' TERM; sh -c 'echo $$ >> " + pids + "; touch " + ready + "; sleep 61') & " + stubborn
                + "while :; do sleep 0.05; done";
        Cli.Run run = cli.start("lock", "x", "--kill-after", "200ms", "--", "sh", "-c", script);
        Waits.untilExists(ready);
        Waits.until(() -> Files.readAllLines(pids).size() == 2);

        long begin = System.nanoTime();
        breakLock();

        assertThat(run.end().exitCode()).isEqualTo(121);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(200));
        for (String pid : Files.readAllLines(pids)) {
            Waits.until(() -> ProcessHandle.of(Long.parseLong(pid))
                    .filter(ProcessHandle::isAlive)
                    .isEmpty());
        }
    }

    @Test
    @DisplayName("was not guarded to its end if the lock was lost while it ended: 121 as well")
    void endsLost() throws IOException {
        Path ready = directory.resolve("ready");
        Cli.Run run = cli.start(
                "lock", "x", "--", "sh", "-c", "trap 'exit 0' TERM; touch " + ready + "; while :; do sleep 0.01; done");
        Waits.untilExists(ready);

        breakLock();

        assertThat(run.end().exitCode()).isEqualTo(121);
    }

    @Test
    @DisplayName("runs again for a leader that lost and won again; one at a time, with a larger term")
    void racesAgain() throws IOException {
        Path terms = directory.resolve("terms");
        String script = "echo $CONCLAVE_FENCING_TOKEN >> " + terms + "; exec sleep 60";
        Cli.Run run = cli.start("--member", "ada", "elect", "e", "--", "sh", "-c", script);
        Waits.until(() -> Files.exists(terms) && Files.readAllLines(terms).size() == 1);

        loseLeadership();

        Waits.until(() -> Files.readAllLines(terms).size() == 2);
        assertThat(Long.parseLong(Files.readAllLines(terms).get(1)))
                .isGreaterThan(Long.parseLong(Files.readAllLines(terms).get(0)));
        assertThat(run.err()).hasSize(1).first().asString().contains("the leadership of e was lost: ");
        assertThat(run.signal(EndSignals.Kind.TERM).end().exitCode()).isEqualTo(143);
        assertThat(cli.run("leader", "e").exitCode()).isEqualTo(65);
    }

    @Test
    @DisplayName("is not started again with elect --once: 121")
    void racesOnce() throws IOException {
        Path ready = directory.resolve("ready");
        Cli.Run run = cli.start(
                "--member", "ada", "elect", "e", "--once", "--", "sh", "-c", "touch " + ready + "; exec sleep 60");
        Waits.untilExists(ready);

        loseLeadership();

        assertThat(run.end().exitCode()).isEqualTo(121);
    }

    @Test
    @DisplayName("is not started by a candidate that a signal ends before it leads")
    void neverLeads() throws IOException {
        Path ready = directory.resolve("ready");
        Cli.Run leader = cli.start("elect", "e", "--", "sh", "-c", "touch " + ready + "; exec sleep 60");
        Waits.untilExists(ready);
        Cli.Run candidate = cli.start(
                "elect", "e", "--", "touch", directory.resolve("never").toString());

        assertThat(candidate.signal(EndSignals.Kind.HUP).end().exitCode()).isEqualTo(129);
        leader.signal(EndSignals.Kind.TERM).end();
        assertThat(directory.resolve("never")).doesNotExist();
    }

    @Test
    @DisplayName("is stopped when its member is taken over: 121; without a command the same")
    void isTakenOver() {
        Path ready = directory.resolve("ready");
        Cli.Run first =
                cli.start("--member", "ada", "join", "g", "--", "sh", "-c", "touch " + ready + "; exec sleep 60");
        Waits.untilExists(ready);

        Cli.Run second = cli.start("--member", "ada", "join", "g").printed(1);
        assertThat(first.end().exitCode()).isEqualTo(121);
        assertThat(first.err().get(0)).startsWith("conclave: the membership of g was lost: ");

        Cli.Run third = cli.start("--member", "ada", "join", "g").printed(1);
        assertThat(second.end().exitCode()).isEqualTo(121);
        assertThat(third.signal(EndSignals.Kind.INT).end().exitCode()).isZero();
        assertThat(cli.run("members", "g").out()).isEmpty();
    }

    private boolean lockIsHeld() {
        return cli.run("--format", "json", "lock-info", "x")
                .json(0)
                .get("state")
                .getAsString()
                .equals("held");
    }

    private void breakLock() {
        String token = cli.run("--format", "json", "lock-info", "x")
                .json(0)
                .get("token")
                .getAsString();
        assertThat(cli.run("break", "x", "--token", token).exitCode()).isZero();
    }

    /** There is no command to break a leadership: the member's session ends. */
    private void loseLeadership() {
        assertThat(backend.expire("ada")).isTrue();
    }
}
