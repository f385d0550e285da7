package dev.conclave.kit.process;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Starts a JVM like this one, cheaply. */
public final class JavaCommand {
    // The processes live for seconds: compile quickly, collect with one thread, and map the JDK's classes ready-made.
    private static final List<String> CHEAP =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m");

    private JavaCommand() {}

    /** A JVM with this JVM's class path, a small heap and a quick start, that is not started yet. */
    public static ProcessBuilder of(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(CHEAP);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
        command.add("-cp");
        command.add(classPath());
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** All that this JVM has on its class path or module path; Surefire keeps the true class path in a property of its own. */
    private static String classPath() {
        Set<String> entries = new LinkedHashSet<>();
        Stream.of("surefire.test.class.path", "java.class.path", "jdk.module.path")
                .map(System::getProperty)
                .filter(path -> path != null && !path.isEmpty())
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .forEach(entries::add);
        return String.join(File.pathSeparator, entries);
    }
}
