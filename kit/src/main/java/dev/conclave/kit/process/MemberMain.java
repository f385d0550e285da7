package dev.conclave.kit.process;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A member in a JVM of its own. Takes one JSON command a line from its standard input, runs each on a thread of its own, and
 * answers with one JSON object a line; {@link MemberProcess} is the other end.
 *
 * <p>Ends as an application should: at SIGTERM it closes its coordinator. When its parent is gone it ends too.
 */
public final class MemberMain {
    private static final int CONNECT_ATTEMPTS = 5;

    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private final PrintStream replies;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kit-command");
        thread.setDaemon(true);
        return thread;
    });

    private MemberMain(PrintStream replies) {
        this.replies = replies;
    }

    /**
     * Connects and obeys.
     *
     * @param args the URL and the member id
     */
    public static void main(String[] args) throws Exception {
        // The protocol has standard output for itself; whatever else is printed belongs to the log.
        PrintStream replies = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        new MemberMain(replies).run(args[0], args[1]);
        // The parent has gone without a word: no member may outlive its scenario.
        Runtime.getRuntime().halt(3);
    }

    private void run(String url, String member) throws IOException, InterruptedException {
        Coordinator coordinator = connect(url, member);
        LockCommands locks = new LockCommands(coordinator, this::tell);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(coordinator, locks), "kit-close"));
        Map<String, Command> commands = commands(coordinator, locks);
        tell("ready", new JsonObject());
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            JsonObject command = JsonParser.parseString(line).getAsJsonObject();
            threads.execute(() -> answer(commands, command));
        }
    }

    private static void close(Coordinator coordinator, LockCommands locks) {
        coordinator.close();
        locks.awaitTold();
    }

    /** Connecting is bounded by the time-to-live, which is short here: a JVM that starts beside others may need another attempt. */
    private static Coordinator connect(String url, String member) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return Conclave.connect(url, member);
            } catch (BackendUnavailableException e) {
                if (attempt == CONNECT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Map<String, Command> commands(Coordinator coordinator, LockCommands locks) {
        Map<String, Command> commands = new HashMap<>();
        locks.addTo(commands);
        new GroupCommands(coordinator, this::tell).addTo(commands);
        new ElectionCommands(coordinator, this::tell).addTo(commands);
        commands.put("close", arguments -> {
            coordinator.close();
            return null;
        });
        return commands;
    }

    private void answer(Map<String, Command> commands, JsonObject command) {
        JsonObject reply = new JsonObject();
        reply.add("id", command.get("id"));
        try {
            String name = Command.text(command, "command");
            Command known = Objects.requireNonNull(commands.get(name), "unknown command " + name);
            reply.add("value", Command.json(known.run(command)));
        } catch (Throwable e) {
            reply.addProperty("error", e.getClass().getSimpleName());
            reply.addProperty("message", String.valueOf(e.getMessage()));
            e.printStackTrace();
        }
        send(reply);
    }

    private void tell(String stream, JsonObject event) {
        JsonObject line = new JsonObject();
        line.addProperty("stream", stream);
        line.addProperty("at", System.nanoTime());
        line.addProperty("thread", Thread.currentThread().getName());
        line.add("event", event);
        send(line);
    }

    private synchronized void send(JsonObject line) {
        replies.println(JSON.toJson(line));
    }
}
