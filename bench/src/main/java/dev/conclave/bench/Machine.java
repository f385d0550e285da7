package dev.conclave.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the figures were measured on. */
final class Machine {
    private Machine() {}

    static Map<String, String> state() throws IOException, InterruptedException {
        Map<String, String> state = new LinkedHashMap<>();
        state.put(
                "processors",
                Runtime.getRuntime().availableProcessors() + " × "
                        + field("/proc/cpuinfo", "model name", System.getProperty("os.arch")));
        state.put("main memory", field("/proc/meminfo", "MemTotal", "unknown"));
        state.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        state.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        state.put("commit", commit());
        state.put("load at the start", load());
        return state;
    }

    /** The mean number of running processes over the last minute. */
    static String load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return String.format(Locale.ROOT, "%.2f", load);
    }

    private static String field(String file, String name, String otherwise) throws IOException {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            return otherwise;
        }
        return Files.readAllLines(path).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(otherwise);
    }

    private static String commit() throws IOException, InterruptedException {
        try {
            // The checkout that runs, wherever it was called from; bench/run says which.
            String checkout = System.getProperty("conclave.checkout", ".");
            Process git = new ProcessBuilder(List.of("git", "-C", checkout, "describe", "--always", "--dirty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return git.waitFor() == 0 ? said : "unknown";
        } catch (IOException e) {
            // No git here: a release was unpacked.
            return "unknown";
        }
    }
}
