package dev.conclave.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} seen from the program that runs the benchmark. */
public final class WorkerProcess implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "-Xms64m",
            "-Xmx512m",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-Dorg.slf4j.simpleLogger.log.dev.conclave=warn");

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
            process.destroyForcibly();
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
        Reply reply = Reply.parse(Processes.readLine(process));
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

    /** Lets it close its client; kills it if that takes long. */
    @Override
    public void close() throws InterruptedException {
        try {
            send("end");
        } catch (IOException e) {
            // It is gone already.
        }
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
