package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * Conclave with one thing wrong on purpose: a source in which one piece is replaced, compiled and put in front of the class path of the members that are
 * started meanwhile. The runner's own JVM, and with it the observer, stays sound; the shipped code has no hook for breaking it.
 */
final class Mutant implements AutoCloseable {
    /** What the kit starts JVMs with comes first from here. */
    private static final String CLASS_PATH = "surefire.test.class.path";

    private final String before = System.getProperty(CLASS_PATH, "");

    /** @param source below the project's folder; {@code piece} must stand in it once, however it is wrapped */
    Mutant(Path folder, String source, String piece, String fault) throws IOException {
        Path broken = folder.resolve(Path.of(source).getFileName());
        Files.writeString(broken, broken(Files.readString(Path.of("..").resolve(source)), piece, fault));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String path = before.isEmpty() ? System.getProperty("java.class.path") : before;
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-d",
                        classes.toString(),
                        "-cp",
                        path,
                        broken.toString());
        assertThat(exit).as("exit code of compiling %s", broken).isZero();
        System.setProperty(CLASS_PATH, classes + File.pathSeparator + path);
    }

    private static String broken(String sound, String piece, String fault) {
        String pattern = Pattern.quote(piece.strip()).replaceAll("\\s+", "\\\\E\\\\s+\\\\Q");
        assertThat(sound.split(pattern, -1)).as("pieces around: %s", piece).hasSize(2);
        return sound.replaceFirst(pattern, Matcher.quoteReplacement(fault));
    }

    @Override
    public void close() {
        if (before.isEmpty()) {
            System.clearProperty(CLASS_PATH);
        } else {
            System.setProperty(CLASS_PATH, before);
        }
    }
}
