package dev.conclave.servers;

import dev.conclave.kit.process.ProcessSignals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server as a child process, which can be paused, killed and started again on its port. It dies with this JVM, unless that is
 * killed. Not thread-safe.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final long END_SECONDS = 10;
    private static final int LOG_LINES_SHOWN = 15;

    /** Whether the server serves; asked again and again after a start. May throw while it does not. */
    @FunctionalInterface
    public interface Readiness {
        boolean isReady() throws Exception;
    }

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final Readiness readiness;
    private final Thread atExit = new Thread(this::signalKill, "server-killer");
    private @Nullable Process process;

    /**
     * Names a server; does not start it.
     *
     * @param name for messages
     * @param command what to run; it must stay in the foreground
     * @param environment beside our own
     * @param log where its output goes, appended
     */
    public ServerProcess(
            String name, List<String> command, Map<String, String> environment, Path log, Readiness readiness) {
        this.name = name;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.readiness = readiness;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Whether something accepts connections on a port of the loopback interface. */
    public static Readiness accepts(int port) {
        return () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return true;
            }
        };
    }

    /** Starts it and waits until it is ready. */
    public void start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        Process started = builder.start();
        process = started;
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        @Nullable Exception last = null;
        while (System.nanoTime() < deadline && started.isAlive()) {
            try {
                if (readiness.isReady()) {
                    return;
                }
            } catch (InterruptedException e) {
                kill();
                throw e;
            } catch (Exception e) {
                last = e;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        kill();
        throw new IOException(name + " did not start; the end of its output:\n" + logTail(), last);
    }

    private String logTail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    }

    /** Stops it where it stands, with all its children (SIGSTOP): its connections stay and nobody answers on them. */
    public void pause() throws Exception {
        Process started = process;
        if (started != null && started.isAlive()) {
            stop(started.toHandle()); // it starts no more children
            for (ProcessHandle child : started.descendants().toList()) {
                stop(child);
            }
        }
    }

    private static void stop(ProcessHandle each) throws Exception {
        ProcessSignals signals = new ProcessSignals(each.pid());
        if (isSent(signals, "STOP", each)) {
            signals.awaitStopped();
        }
    }

    /** Lets it go on (SIGCONT). */
    public void resume() throws Exception {
        for (ProcessHandle each : tree()) {
            isSent(new ProcessSignals(each.pid()), "CONT", each);
        }
    }

    /** A server's children come and go: one that has just ended needs no signal. */
    private static boolean isSent(ProcessSignals signals, String signal, ProcessHandle to)
            throws IOException, InterruptedException {
        try {
            signals.send(signal);
            return true;
        } catch (IOException e) {
            if (to.isAlive()) {
                throw e;
            }
            return false;
        }
    }

    /** Sends a signal to the server's own process, such as TERM or HUP. */
    public void signal(String signal) throws IOException, InterruptedException {
        new ProcessSignals(pid()).send(signal);
    }

    /** Ends it at once, with all its children (SIGKILL), and waits until it is gone. */
    public void kill() {
        List<ProcessHandle> tree = signalKill();
        tree.forEach(each -> each.onExit().join());
    }

    /** Has it end by this signal, even if it is paused, so that it can clean up; kills it if it takes too long. */
    public void end(String signal) throws IOException, InterruptedException {
        Process started = process;
        if (started != null && started.isAlive()) {
            for (ProcessHandle each : tree()) {
                isSent(new ProcessSignals(each.pid()), "CONT", each);
            }
            isSent(new ProcessSignals(started.pid()), signal, started.toHandle());
            if (started.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        }
        kill();
    }

    private List<ProcessHandle> signalKill() {
        List<ProcessHandle> tree = tree();
        tree.forEach(ProcessHandle::destroyForcibly);
        return tree;
    }

    /** Kills it and starts it again. */
    public void restart() throws IOException, InterruptedException {
        kill();
        start();
    }

    /** Its process id. */
    public long pid() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return started.pid();
    }

    private List<ProcessHandle> tree() {
        Process started = process;
        List<ProcessHandle> tree = new ArrayList<>();
        if (started != null && started.isAlive()) {
            tree.add(started.toHandle());
            started.descendants().forEach(tree::add);
        }
        return tree;
    }

    /** Kills it. What it stored stays. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The VM is going down, and the hook has run or will.
        }
    }
}
