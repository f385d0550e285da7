package dev.conclave.bench;

import java.io.IOException;
import java.util.List;

/** Keeps the server on one half of the processors and the contestants on the other, by taskset. */
final class Pinning {
    private Pinning() {}

    /** What to put before a contestant's command. */
    static List<String> clients() {
        int processors = Runtime.getRuntime().availableProcessors();
        return List.of("taskset", "-c", processors / 2 + "-" + (processors - 1));
    }

    /** Moves a server that runs, all its threads, and its children to the first half. */
    static void server(long pid) throws IOException, InterruptedException {
        moveAll(pid, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** Lets a server that was moved use all processors again. */
    static void freed(long pid) throws IOException, InterruptedException {
        moveAll(pid, Runtime.getRuntime().availableProcessors());
    }

    private static void moveAll(long pid, int processors) throws IOException, InterruptedException {
        move(pid, processors);
        List<ProcessHandle> children = ProcessHandle.of(pid)
                .map(handle -> handle.descendants().toList())
                .orElse(List.of());
        for (ProcessHandle child : children) {
            move(child.pid(), processors);
        }
    }

    private static void move(long pid, int processors) throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        List.of("taskset", "-a", "-c", "-p", "0-" + (processors - 1), Long.toString(pid)))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        // A process that handles a connection may end meanwhile.
        if (status != 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
            throw new IOException("taskset could not move process " + pid);
        }
    }

    /** Whether there is a taskset, and two halves. */
    static boolean possible() throws InterruptedException {
        try {
            return Runtime.getRuntime().availableProcessors() > 1
                    && new ProcessBuilder("taskset", "--version")
                                    .redirectErrorStream(true)
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .start()
                                    .waitFor()
                            == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
