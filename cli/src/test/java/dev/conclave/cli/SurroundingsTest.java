package dev.conclave.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.spi.Target;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("what the command line finds around it:")
class SurroundingsTest {
    @Test
    @DisplayName(
            "the state directory is XDG_STATE_HOME's, else the home's; its URL means the same path, whatever is in it")
    void stateDirectory() {
        assertThat(stateDirectory(Map.of("XDG_STATE_HOME", "/s"))).isEqualTo(Path.of("/s/conclave"));
        assertThat(stateDirectory(Map.of("XDG_STATE_HOME", "relative", "HOME", "/home/ada")))
                .isEqualTo(stateDirectory(Map.of("HOME", "/home/ada")));
        assertThat(stateDirectory(Map.of("HOME", "/home/ada")).startsWith("/home/ada"))
                .isTrue();

        String url = new StateDirectory(Path.of("/home/a b+c%d?ü/x")).url();
        assertThat(Target.parse(url, Map.of(), List.of()).path()).isEqualTo("/home/a b+c%d?ü/x/store");
    }

    private static Path stateDirectory(Map<String, String> environment) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        return StateDirectory.of(new Console(nowhere, nowhere, environment)).path();
    }

    @Test
    @DisplayName("no two runs make up one member id")
    void memberNames() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            names.add(MemberName.madeUp());
        }
        assertThat(names)
                .hasSizeGreaterThan(95)
                .allMatch(name -> name.contains("-" + ProcessHandle.current().pid() + "-"));
    }

    @Test
    @DisplayName("a process in the foreground group of its terminal, and others")
    void foreground() {
        assertThat(Foreground.isForeground("42 (ja (v) a) S 1 42 42 34816 42 0 0"))
                .isTrue();
        assertThat(Foreground.isForeground("42 (java) S 1 42 42 34816 77 0 0")).isFalse();
        assertThat(Foreground.isForeground("42 (java) S 1 42 42 0 -1 0 0")).isFalse();
    }

    @Test
    @DisplayName("options in a URL, to add and to replace")
    void urlOptions() {
        assertThat(UrlOptions.with("file:/x", "ttl", "5s")).isEqualTo("file:/x?ttl=5s");
        assertThat(UrlOptions.with("file:/x?", "ttl", "5s")).isEqualTo("file:/x?ttl=5s");
        assertThat(UrlOptions.with("file:/x?a=b&ttl=1s", "ttl", "5s")).isEqualTo("file:/x?a=b&ttl=5s");
        assertThat(Target.parse(UrlOptions.with("file:/x", "namespace", "a b+&=ü"), Map.of(), List.of())
                        .namespace())
                .isEqualTo("a b+&=ü");
    }

    @Test
    @DisplayName("commands on the PATH, by the rules of a shell")
    void programs() {
        Program.requireExecutable(List.of("sh"), "/nowhere:/bin:/usr/bin");
        Program.requireExecutable(List.of("/bin/sh"), "");
        assertThatThrownBy(() -> Program.requireExecutable(List.of("sh"), "/nowhere"))
                .hasMessage("sh: command not found");
        assertThatThrownBy(() -> Program.requireExecutable(List.of(""), "/bin")).hasMessage(": command not found");
    }
}
