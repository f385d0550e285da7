package dev.conclave.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a Ctrl-C at the terminal reaches this process's whole group, the command that it runs included. */
final class Foreground {
    private static final Path STAT = Path.of("/proc/self/stat");

    private Foreground() {}

    static boolean ownsTerminal() {
        try {
            return Files.exists(STAT)
                    ? isForeground(Files.readString(STAT, StandardCharsets.ISO_8859_1))
                    : isForegroundByPs();
        } catch (IOException e) {
            return false;
        }
    }

    /** Fields of proc(5) after the name in brackets: state, parent, group, session, terminal, the terminal's foreground group. */
    static boolean isForeground(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return fields[2].equals(fields[5]);
    }

    private static boolean isForegroundByPs() throws IOException {
        Process ps = new ProcessBuilder(
                        "ps",
                        "-o",
                        "stat=",
                        "-p",
                        Long.toString(ProcessHandle.current().pid()))
                .start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).indexOf('+') >= 0;
    }
}
