package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Conclave with a fault put in on purpose: some sources are changed in one place, compiled, and loaded in
 * front of the sound classes. So the shipped code needs no hook for breaking it.
 */
final class Mutant {
    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "conclave");

    private final String name;
    private final Map<String, String> sources = new LinkedHashMap<>();

    private Mutant(String name) {
        this.name = name;
    }

    static Mutant named(String name) {
        return new Mutant(name);
    }

    /** Replaces a piece of a source, which must stand in it once: a mutant that fits no more is to be mended too. */
    Mutant replacing(String file, String piece, String fault) throws IOException {
        String source = sources.containsKey(file) ? sources.get(file) : Files.readString(SOURCES.resolve(file));
        // Formatting may break lines anywhere.
        String pattern = "\\Q" + piece.strip().replaceAll("\\s+", "\\\\E\\\\s+\\\\Q") + "\\E";
        assertThat(source.split(pattern, -1))
                .as("pieces of %s around: %s", file, piece)
                .hasSize(2);
        sources.put(file, source.replaceFirst(pattern, java.util.regex.Matcher.quoteReplacement(fault)));
        return this;
    }

    /** Compiles the changed sources into {@code directory} and returns a loader that prefers them. */
    ClassLoader compiledInto(Path directory) throws IOException {
        List<String> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = directory.resolve("src").resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
            files.add(file.toString());
        }
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
        arguments.addAll(files);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .as("exit code of compiling: %s", name)
                .isZero();
        return new ChildFirst(classes);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Loads all of Conclave itself, the changed classes first, so that old and new ones do not mix. */
    private static final class ChildFirst extends URLClassLoader {
        ChildFirst(Path classes) throws IOException {
            super(urls(classes), Mutant.class.getClassLoader());
        }

        private static URL[] urls(Path classes) throws IOException {
            List<URL> urls = new ArrayList<>(List.of(classes.toUri().toURL()));
            for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        protected Class<?> loadClass(String className, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(className)) {
                if (!className.startsWith("dev.conclave.")) {
                    return super.loadClass(className, resolve);
                }
                Class<?> loaded = findLoadedClass(className);
                return loaded != null ? loaded : findClass(className);
            }
        }
    }

    /** Runs schedules from seed 1 on in the mutant; returns the first violation, or the empty string. */
    String firstViolation(Path directory, int schedules) throws Exception {
        ClassLoader loader = compiledInto(directory);
        var run = loader.loadClass(MutantRun.class.getName()).getDeclaredMethod("firstViolation", int.class);
        run.setAccessible(true);
        return (String) run.invoke(null, schedules);
    }
}
