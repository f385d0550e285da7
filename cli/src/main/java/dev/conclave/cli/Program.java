package dev.conclave.cli;

import java.io.File;
import java.util.List;

/** Finds a command as a shell would, before a lock is taken for it in vain. */
final class Program {
    private Program() {}

    /**
     * Fails unless the command's first word can be executed.
     *
     * @param path the value of PATH
     */
    static void requireExecutable(List<String> command, String path) {
        String name = command.get(0);
        if (name.indexOf('/') >= 0) {
            requireExecutable(name, new File(name));
            return;
        }
        File refused = null;
        for (String directory : path.split(":", -1)) {
            File candidate = new File(directory.isEmpty() ? "." : directory, name);
            if (candidate.isFile()) {
                if (candidate.canExecute()) {
                    return;
                }
                refused = candidate;
            }
        }
        if (refused == null) {
            throw notFound(name);
        }
        requireExecutable(name, refused);
    }

    private static void requireExecutable(String name, File file) {
        if (!file.exists()) {
            throw notFound(name);
        }
        if (file.isDirectory()) {
            throw cannotExecute(name, "it is a directory");
        }
        if (!file.canExecute()) {
            throw cannotExecute(name, "permission denied");
        }
    }

    private static Failure notFound(String name) {
        return new Failure(ExitCode.NOT_FOUND, name + ": command not found");
    }

    static Failure cannotExecute(String name, String why) {
        return new Failure(ExitCode.CANNOT_EXECUTE, name + ": cannot execute: " + why);
    }
}
