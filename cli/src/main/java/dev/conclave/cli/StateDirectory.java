package dev.conclave.cli;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The user's own directory, where the CLI keeps what it coordinates if no other backend is named: all processes of one
 * user on one machine meet there.
 *
 * @param path absolute
 */
record StateDirectory(Path path) {
    static StateDirectory of(Console console) {
        Path home = Path.of(console.variable("HOME").orElse(System.getProperty("user.home")));
        String state = console.variable("XDG_STATE_HOME").orElse("");
        if (state.startsWith("/")) {
            // A relative one is to be ignored, says the XDG base directory specification.
            return new StateDirectory(Path.of(state, "conclave"));
        }
        boolean isMac = System.getProperty("os.name").startsWith("Mac");
        return new StateDirectory(home.resolve(isMac ? "Library/Application Support/Conclave" : ".local/state/conclave")
                .toAbsolutePath());
    }

    /** The URL of the store in it. */
    String url() {
        return "file:" + percentEncoded(store().toString());
    }

    private Path store() {
        return path.resolve("store");
    }

    /** Makes the store's directory, for this user only. */
    void create() {
        create(store());
    }

    static void create(Path directory) {
        if (Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNREACHABLE,
                    "cannot create " + directory + " (" + e.getClass().getSimpleName()
                            + "); name another backend with --url, such as --url file:/some/directory",
                    e);
        }
    }

    static String percentEncoded(String path) {
        return URLEncoder.encode(path, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
