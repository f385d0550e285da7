package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("capabilities")
class CapabilitiesTest {
    private final Cli cli = new Cli();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path runtime;

    @BeforeEach
    void haveARuntimeDirectory() {
        cli.with("XDG_RUNTIME_DIR", runtime.toString());
    }

    @Test
    @DisplayName("are shown for all members, or for one")
    void areShown() {
        Cli.Run ada = cli.start("--member", "ada", "join", "g", "--capabilities", "{\"cpu\":8}")
                .printed(1);
        Cli.Run bob = cli.start("--member", "bob", "join", "g").printed(1);

        assertThat(cli.run("capabilities", "g").out()).containsExactly("ada\t{\"cpu\":8}", "bob\t{}");
        assertThat(cli.run("capabilities", "g", "--member", "ada").out()).containsExactly("ada\t{\"cpu\":8}");
        assertThat(cli.run("--format", "json", "capabilities", "g", "--member", "bob")
                        .names(0))
                .containsExactly("group", "member", "incarnation", "capabilities");
        end(ada, bob);
    }

    @Test
    @DisplayName("are set by the process that keeps the member, which goes on")
    void areSet() {
        Cli.Run ada = cli.start("--member", "ada", "join", "g", "--capabilities", "{\"cpu\":8}")
                .printed(1);
        String before = cli.run("--format", "json", "members", "g")
                .json(0)
                .get("incarnation")
                .getAsString();

        Cli.Run set = cli.run("capabilities", "g", "--set", "{\"load\": [3]}");

        assertThat(set.exitCode()).as(set.toString()).isZero();
        assertThat(cli.run("capabilities", "g").out()).containsExactly("ada\t{\"load\":[3]}");
        assertThat(cli.run("--format", "json", "members", "g")
                        .json(0)
                        .get("incarnation")
                        .getAsString())
                .isEqualTo(before);
        end(ada);
    }

    @Test
    @DisplayName("are set for the member that --member names, or CONCLAVE_MEMBER, if there are several")
    void areSetForOne() {
        Cli.Run ada = cli.start("--member", "ada", "join", "g").printed(1);
        Cli.Run bob = cli.start("--member", "bob", "join", "g").printed(1);
        Cli.Run elsewhere = cli.start("--member", "carl", "join", "other").printed(1);

        Cli.Run unclear = cli.run("capabilities", "g", "--set", "{\"a\":1}");
        assertThat(unclear.exitCode()).isEqualTo(64);
        assertThat(unclear.err().get(0)).contains("choose with --member: ").contains("ada", "bob");

        assertThat(cli.run("capabilities", "g", "--set", "{\"a\":1}", "--member", "ada")
                        .exitCode())
                .isZero();
        cli.with("CONCLAVE_MEMBER", "bob");
        assertThat(cli.run("capabilities", "g", "--set", "{\"b\":2}").exitCode())
                .isZero();
        assertThat(cli.run("capabilities", "g").out()).containsExactly("ada\t{\"a\":1}", "bob\t{\"b\":2}");
        end(ada, bob, elsewhere);
    }

    @Test
    @DisplayName("of a member that no join here keeps cannot be set: 65")
    void cannotBeSet() {
        Cli.Run ada = cli.start("--member", "ada", "join", "g").printed(1);

        Cli.Run unknown = cli.run("capabilities", "g", "--set", "{}", "--member", "bob");
        assertThat(unknown.exitCode()).isEqualTo(65);
        assertThat(unknown.err().get(0)).contains("no conclave join on this machine keeps member bob of group g");
        assertThat(new Cli()
                        .with("XDG_RUNTIME_DIR", runtime.toString())
                        .run("capabilities", "g", "--set", "{}")
                        .exitCode())
                .as("another backend")
                .isEqualTo(65);
        end(ada);
        assertThat(cli.run("capabilities", "g", "--set", "{}").exitCode()).isEqualTo(65);
    }

    @Test
    @DisplayName("leave no socket behind, and what a killed process left is swept away")
    void leaveNothing() throws IOException {
        Path sockets = Files.createDirectories(runtime.resolve("conclave"));
        Path stale = sockets.resolve("stale.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(stale));
        }
        assertThat(stale).exists();

        Cli.Run ada = cli.start("--member", "ada", "join", "g").printed(1);
        assertThat(stale).doesNotExist();
        assertThat(files(sockets)).isEqualTo(1);
        end(ada);
        assertThat(files(sockets)).isZero();
    }

    @Test
    @DisplayName("of a join that is stopped are not waited for, and its socket is there when it goes on")
    void stopped() throws IOException {
        Path silent = Files.createDirectories(runtime.resolve("conclave")).resolve("silent.sock");
        try (ServerSocketChannel stopped = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stopped.bind(UnixDomainSocketAddress.of(silent), 1);

            Cli.Run ada = cli.start("--member", "ada", "join", "g").printed(1);
            // More than it has room for: after these, a connection is not even begun.
            for (int i = 0; i < 4; i++) {
                assertThat(cli.run("capabilities", "g", "--set", "{\"a\":" + i + "}")
                                .exitCode())
                        .isZero();
            }
            end(ada);
            assertThat(silent).exists();
        }
    }

    private static long files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    private static void end(Cli.Run... runs) {
        for (Cli.Run run : runs) {
            run.signal(EndSignals.Kind.TERM).end();
        }
    }
}
