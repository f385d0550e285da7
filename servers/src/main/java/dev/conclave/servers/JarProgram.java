package dev.conclave.servers;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program as an administrator runs it, who has the jar that it is in and nothing else. */
public final class JarProgram {
    private JarProgram() {}

    /** Runs it to its end, in a JVM of its own, and returns what it printed; fails unless it ends with 0. */
    public static String output(Class<?> program, String... arguments)
            throws IOException, InterruptedException, URISyntaxException {
        Path jar = Path.of(
                program.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                jar.toString(),
                program.getName()));
        command.addAll(List.of(arguments));
        Process running = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = running.waitFor();
        if (exit != 0) {
            throw new IOException(program.getName() + " ended with " + exit);
        }
        return printed;
    }
}
