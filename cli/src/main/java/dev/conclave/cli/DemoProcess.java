package dev.conclave.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A process of the demo, as the demo sees it. */
final class DemoProcess {
    private final String member;
    private final Process process;

    private DemoProcess(String member, Process process) {
        this.member = member;
        this.process = process;
    }

    /** Starts it; each line that it says goes to the listener, on a thread of the process's own. */
    static DemoProcess start(String member, String url, Path counter, BiConsumer<String, String[]> listener) {
        List<String> command = new ArrayList<>(ourselves());
        command.addAll(List.of("--url", url, "--member", member, "demo-member", counter.toString()));
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
            Thread reader = new Thread(() -> read(process, line -> listener.accept(member, line)), "demo-" + member);
            reader.setDaemon(true);
            reader.start();
            return new DemoProcess(member, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(Process process, java.util.function.Consumer<String[]> listener) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                listener.accept(line.split("\t"));
            }
        } catch (IOException e) {
            // It was killed.
        }
        listener.accept(new String[] {"ended"});
    }

    /** The Java and its flags that run us, up to and including the main class or jar. */
    private static List<String> ourselves() {
        ProcessHandle.Info info = ProcessHandle.current().info();
        Optional<String> java = info.command();
        List<String> arguments = Arrays.asList(info.arguments().orElse(new String[0]));
        for (int i = 0; java.isPresent() && i < arguments.size(); i++) {
            String argument = arguments.get(i);
            boolean isJar = argument.equals("-jar") && i + 1 < arguments.size();
            if (isJar || argument.equals(Main.class.getName()) || argument.endsWith("/" + Main.class.getName())) {
                List<String> command = new ArrayList<>(List.of(java.get()));
                command.addAll(arguments.subList(0, i + (isJar ? 2 : 1)));
                return command;
            }
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
    }

    String member() {
        return member;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to come to an end. */
    void finish() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** SIGKILL. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Returns when it is gone. */
    void awaitEnd() {
        process.onExit().join();
    }
}
