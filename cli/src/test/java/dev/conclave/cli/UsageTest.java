package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

@DisplayName("a line that")
class UsageTest {
    static final List<String> COMMANDS = CommandTable.NAMES;

    private final Cli cli = new Cli();

    @ParameterizedTest
    @DisplayName("is wrong ends with 64 and one line that names what is wrong and what would be right")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            lok x                                   | unknown command 'lok'; the known ones are lock, locks,
            --urk x locks                           | unknown option '--urk'; the known ones are --url, --member
            lock x --frob -- true                   | unknown option '--frob' of lock; the known ones are --url,
            lock                                    | lock needs NAME; see conclave lock --help
            lock x                                  | lock needs a command to run, after --
            lock x true                             | write -- before the command: conclave lock x -- true
            lock x --wait abc -- true               | --wait: 'abc' is no duration; write a whole number and ms, s
            lock x --wait                           | --wait
            lock x --wait 1s --no-wait -- true      | --wait and --no-wait exclude each other
            lock x --kill-after soon -- true        | --kill-after: 'soon' is no duration
            locks x                                 | unexpected word 'x' after locks
            lock-info                               | lock-info needs NAME
            break x                                 | break needs --token N
            break x --token one                     | --token: 'one' is no whole number
            leader a b                              | unexpected word 'b' after leader
            group make x                            | group needs create or delete, not 'make'
            group create                            | group needs GROUP
            owners g                                | owners needs GROUP and at least one KEY
            owners g k --replicas 0                 | --replicas must be at least 1, not 0
            join g --capabilities [1]               | capabilities must be a JSON object
            capabilities g --set {                  | capabilities are not valid JSON
            completion fish                         | no completion for 'fish'; the known ones are bash, zsh
            demo --members 1                        | --members must be from 2 to 10, not 1
            --format xml locks                      | unknown format 'xml'; the known ones are text, json
            --ttl 1 locks                           | 1
            --ttl 10y locks                         | '10y' is no duration
            --url nope:x locks                      | no driver for nope: URLs; found
            --url memory:x?frob=1 locks             | unknown option 'frob' for memory:; the known ones are
            --url x locks                           | is no Conclave URL; it must begin with a scheme
            """)
    void isWrong(String line, String message) {
        Cli.Run run = cli.run(line.split(" "));

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(64);
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0)).startsWith("conclave: ").contains(message);
        assertThat(run.out()).isEmpty();
    }

    @Test
    @DisplayName("is empty says which commands there are")
    void isEmpty() {
        assertThat(cli.run().exitCode()).isEqualTo(64);
        assertThat(cli.run().err().toString()).contains("no command given; the known ones are lock, ");
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    @DisplayName("asks for a command's help gets it, with an example")
    void asksForHelp(String command) {
        Cli.Run run = cli.run(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().get(0)).startsWith("Usage: conclave " + command);
        assertThat(run.out())
                .contains("Examples:")
                .anyMatch(line -> line.startsWith("  conclave") || line.contains("(conclave"));
    }

    @Test
    @DisplayName("asks for help names every command and every global option")
    void asksForAllHelp() {
        String help = String.join("\n", cli.run("--help").out());

        assertThat(help).contains(CommandTable.NAMES).doesNotContain("demo-member");
        assertThat(help)
                .contains("--url", "--member", "--ttl", "--namespace", "--format", "--verbose", "--help", "--version");
    }

    @Test
    @DisplayName("asks for the version gets a line")
    void asksForVersion() {
        assertThat(cli.run("--version").out()).hasSize(1).first().asString().startsWith("conclave ");
    }

    @Test
    @DisplayName("has global options after the command means the same")
    void hasOptionsAnywhere() {
        Cli elsewhere = new Cli("down:x");

        assertThat(elsewhere
                        .run("--url", cli.url(), "--format", "json", "lock-info", "x")
                        .json(0)
                        .get("state")
                        .getAsString())
                .isEqualTo("free");
        assertThat(elsewhere
                        .run("lock-info", "--url", cli.url(), "x", "--format=json")
                        .json(0)
                        .get("state")
                        .getAsString())
                .isEqualTo("free");
    }

    @Test
    @DisplayName("says a time-to-live or a namespace has it, whatever the URL says")
    void overridesTheUrl() {
        assertThat(new Cli("memory:x?ttl=1h").run("--ttl", "1y", "locks").err().toString())
                .contains("'1y'");

        new Cli(cli.url() + "?namespace=there").run("--namespace", "here & now", "group", "create", "g");
        assertThat(cli.run("--namespace", "here & now", "groups").out()).containsExactly("g");
        assertThat(new Cli(cli.url() + "?namespace=there").run("groups").out()).isEmpty();
    }

    @Test
    @DisplayName("names a lock like an option, a file or a command means that lock")
    void hasOddNames() {
        assertThat(cli.run("lock", "--no-wait", "--", "-x", "true").exitCode()).isZero();
        assertThat(cli.run("lock", "@x", "--", "true").exitCode()).isZero();
        assertThat(cli.run("lock", "locks", "--", "true").exitCode()).isZero();
        assertThat(cli.run("lock-info", "--format", "json", "--", "--help")
                        .json(0)
                        .get("lock")
                        .getAsString())
                .isEqualTo("--help");
    }
}
