package dev.conclave.kit;

import dev.conclave.kit.results.Documentation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the matrix of drivers, {@code docs/drivers.md}, from what runs of the kit found.
 *
 * <pre>
 *   DriverMatrix record DOCS RESULTS...   take the results of runs over into DOCS/conformance, and render
 *   DriverMatrix render DOCS              write DOCS/drivers.md from DOCS/conformance
 *   DriverMatrix check DOCS [RESULTS...]  exit with 1 if the page, or what is recorded of these drivers, is out of date
 * </pre>
 */
public final class DriverMatrix {
    private DriverMatrix() {}

    /** Does what the arguments say; see the class comment. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: DriverMatrix record|render|check DOCS [RESULTS...]");
            System.exit(64);
        }
        System.exit(run(
                args[0],
                new Documentation(Path.of(args[1])),
                Stream.of(args).skip(2).map(Path::of).toList()));
    }

    private static int run(String command, Documentation documentation, List<Path> results) throws IOException {
        switch (command) {
            case "record" -> {
                for (Path result : results) {
                    documentation.record(result);
                }
                documentation.render();
            }
            case "render" -> documentation.render();
            case "check" -> {
                List<String> stale = documentation.stale(results);
                stale.forEach(System.err::println);
                return stale.isEmpty() ? 0 : 1;
            }
            default -> {
                System.err.println("unknown command " + command + "; the known ones are check, record, render");
                return 64;
            }
        }
        return 0;
    }
}
