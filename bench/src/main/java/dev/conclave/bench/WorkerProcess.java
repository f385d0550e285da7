package dev.conclave.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} seen from the program that runs the benchmark. */
public final class WorkerProcess implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "-Xms64m",
            "-Xmx512m",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            // Of what went wrong, answers tell; a warning from each of ten thousand members, or a trace for each lock
            // that Redisson still
            // tries to renew while it is shut down, would make the run slower than what is measured.
            "-Dorg.slf4j.simpleLogger.log.org.redisson=off",
            // spymemcached would write what it does to where errors go.
            "-Dnet.spy.log.LoggerImpl=net.spy.memcached.compat.log.SLF4JLogger");

    /** For an answer; who takes longer hangs. */
    static final long PATIENCE_SECONDS = 240;

    private static final ScheduledExecutorService IMPATIENCE = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "impatience");
        thread.setDaemon(true);
        return thread;
    });

    private final Contestant contestant;
    private final String member;
    private final Process process;

    WorkerProcess(Contestant contestant, String url, String member, List<String> prefix) throws IOException {
        this.contestant = contestant;
        this.member = member;
        this.process = Processes.java(
                prefix, FLAGS, Worker.class, contestant.backend().name(), contestant.name(), url, member);
        try {
            // Its first answer says that it has connected.
            receive();
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly().onExit().join();
            throw e;
        }
    }

    /** The id with which it joins groups. */
    public String member() {
        return member;
    }

    /** Sends a command and waits for its answer. */
    public Reply ask(String command) throws IOException {
        send(command);
        return receive();
    }

    /** Sends a command; its answer is to be received. */
    public void send(String command) throws IOException {
        Processes.send(process, command);
    }

    /** The answer to the oldest command that has not been answered. */
    public Reply receive() throws IOException {
        Future<?> impatience = IMPATIENCE.schedule(process::destroyForcibly, PATIENCE_SECONDS, TimeUnit.SECONDS);
        Reply reply;
        try {
            reply = Reply.parse(Processes.readLine(process.getInputStream()));
        } catch (IOException e) {
            throw new IOException(
                    impatience.isDone()
                            ? contestant.name() + " gave no answer within " + PATIENCE_SECONDS + " s and was ended"
                            : contestant.name() + " ended without an answer",
                    e);
        } finally {
            impatience.cancel(false);
        }
        if (!reply.failure().isEmpty()) {
            throw new IOException(
                    contestant.name() + " on " + contestant.backend().label() + " failed: " + reply.failure());
        }
        return reply;
    }

    /** Ends it with SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Tells it to close its client and to end. */
    void end() {
        try {
            send("end");
        } catch (IOException e) {
            // It is gone already, or has been told before.
        }
    }

    /** Lets it close its client; kills it if that takes long. */
    @Override
    public void close() throws InterruptedException {
        end();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
