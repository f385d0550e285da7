package dev.conclave.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the servers' programs where Debian and others install them. */
public final class Binaries {
    private Binaries() {}

    /**
     * The path of a program.
     *
     * @param debianPackage what to install if it is not there
     * @throws IOException if it is not installed, naming the package
     */
    public static Path find(String program, String debianPackage) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            folders.add(Path.of(folder));
        }
        folders.add(Path.of("/usr/sbin"));
        folders.add(Path.of("/usr/local/sbin"));
        folders.addAll(versioned(Path.of("/usr/lib/postgresql")));
        for (Path folder : folders) {
            Path found = folder.resolve(program);
            if (Files.isExecutable(found) && !Files.isDirectory(found)) {
                return found;
            }
        }
        throw new IOException(program + " is not installed; on Debian: apt-get install " + debianPackage);
    }

    /** The bin folders of a program that is installed in several versions, the newest first. */
    private static List<Path> versioned(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(root)) {
                versions.forEach(version -> found.add(version.resolve("bin")));
            }
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }
}
