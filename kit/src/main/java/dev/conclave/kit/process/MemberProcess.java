package dev.conclave.kit.process;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.conclave.kit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A member in a JVM of its own, in the kit's hand: it can be told what to do, paused, resumed, ended and killed.
 *
 * <p>Thread-safe. Whatever happens, {@link #close()} kills it; it also ends when the kit's JVM does.
 */
public final class MemberProcess implements AutoCloseable {
    private static final long ANSWER_SECONDS = 60;
    private static final int LOG_LINES = 400;

    private final String member;
    private final Process process;
    private final ProcessSignals signals;
    private final OutputStream commands;
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonElement>> answers = new ConcurrentHashMap<>();
    private final Map<String, List<Event>> events = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<String> log = new ConcurrentLinkedDeque<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    /**
     * Something that the member told without being asked.
     *
     * @param at when, by the member's {@code System.nanoTime()}, which all processes of one machine share
     * @param thread the name of the thread that it happened on
     * @param json what
     */
    public record Event(long at, String thread, JsonObject json) {}

    private MemberProcess(String member, Process process) {
        this.member = member;
        this.process = process;
        this.signals = new ProcessSignals(process.pid());
        this.commands = process.getOutputStream();
        reader("kit-out-" + member, process.getInputStream(), this::obey);
        reader("kit-err-" + member, process.getErrorStream(), this::note);
    }

    /** Starts a member and returns at once, so that those of a scenario start side by side. */
    public static MemberProcess start(String url, String member) throws IOException {
        return new MemberProcess(
                member, JavaCommand.of(MemberMain.class, url, member).start());
    }

    /** The member's id. */
    public String member() {
        return member;
    }

    /** Waits until the member has connected. */
    public MemberProcess awaitReady() throws Exception {
        finish("connecting", ready);
        return this;
    }

    /**
     * Tells the member to do something, and waits for the answer.
     *
     * @param command what; see {@code LockCommands}, {@code GroupCommands} and {@code ElectionCommands}
     * @param namesAndValues the arguments
     * @throws RemoteException what the member threw
     */
    public JsonElement call(String command, Object... namesAndValues) throws Exception {
        return finish(command, begin(command, namesAndValues));
    }

    /** As {@link #call}, without waiting. */
    public CompletableFuture<JsonElement> begin(String command, Object... namesAndValues) throws Exception {
        awaitReady();
        JsonObject json = Command.object(namesAndValues);
        long id = ids.incrementAndGet();
        json.addProperty("id", id);
        json.addProperty("command", command);
        CompletableFuture<JsonElement> answer = new CompletableFuture<>();
        answers.put(id, answer);
        synchronized (commands) {
            commands.write((json + "\n").getBytes(StandardCharsets.UTF_8));
            commands.flush();
        }
        return answer;
    }

    /** Waits for an answer that {@link #begin} promised. */
    public <T> T finish(String command, CompletableFuture<T> answer) throws Exception {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RemoteException remote) {
                throw remote;
            }
            throw new AssertionError("member " + member + " failed at " + command + "\n" + diagnosis(), e.getCause());
        } catch (TimeoutException e) {
            signals.send("QUIT"); // has the JVM print its threads into its log
            Await.lasting(Duration.ofSeconds(1));
            throw new AssertionError(
                    "member " + member + " did not answer to " + command + " within " + ANSWER_SECONDS + " s\n"
                            + diagnosis(),
                    e);
        }
    }

    /** Acquires a lock, for as long as it takes. */
    public RemoteGrant acquire(String lock) throws Exception {
        return new RemoteGrant(this, call("acquire", "lock", lock).getAsJsonObject());
    }

    /** Acquires a lock, or gives up. */
    public Optional<RemoteGrant> tryAcquire(String lock, Duration patience) throws Exception {
        JsonElement answer = call("tryAcquire", "lock", lock, "millis", patience.toMillis());
        return answer.isJsonNull() ? Optional.empty() : Optional.of(new RemoteGrant(this, answer.getAsJsonObject()));
    }

    /** What the member told on a stream so far. */
    public List<Event> events(String stream) {
        return List.copyOf(events.computeIfAbsent(stream, name -> new CopyOnWriteArrayList<>()));
    }

    /** Stops the process where it stands (SIGSTOP). */
    public void pause() throws Exception {
        signals.send("STOP");
        signals.awaitStopped();
    }

    /** Lets it go on (SIGCONT). */
    public void resume() throws Exception {
        signals.send("CONT");
    }

    /** Asks it to end (SIGTERM), which closes its coordinator. */
    public void terminate() throws Exception {
        signals.send("TERM");
    }

    /** Kills it (SIGKILL) and waits until it is gone. */
    public void kill() throws Exception {
        process.destroyForcibly().waitFor();
    }

    /** Whether the process runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** What the process printed last. */
    public String diagnosis() {
        return "--- log of member " + member + " ("
                + (process.isAlive() ? "alive" : "ended with " + process.exitValue()) + ")\n" + String.join("\n", log);
    }

    /** Kills it, paused or not, and returns when it is gone: what it uses is removed next. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void obey(String line) {
        if (!line.startsWith("{")) {
            note(line); // a thread dump goes to standard output
            return;
        }
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        if (json.has("stream")) {
            hear(json);
        } else {
            answer(json);
        }
    }

    private void hear(JsonObject json) {
        String stream = json.get("stream").getAsString();
        if (stream.equals("ready")) {
            ready.complete(null);
            return;
        }
        Event event =
                new Event(json.get("at").getAsLong(), json.get("thread").getAsString(), json.getAsJsonObject("event"));
        events.computeIfAbsent(stream, name -> new CopyOnWriteArrayList<>()).add(event);
    }

    private void answer(JsonObject json) {
        CompletableFuture<JsonElement> answer = answers.remove(json.get("id").getAsLong());
        if (answer == null) {
            return;
        }
        if (json.has("error")) {
            answer.completeExceptionally(new RemoteException(
                    json.get("error").getAsString(), json.get("message").getAsString()));
        } else {
            answer.complete(json.get("value"));
        }
    }

    private void note(String line) {
        log.add(line);
        if (log.size() > LOG_LINES) {
            log.poll();
        }
    }

    private void reader(String name, InputStream stream, Consumer<String> lines) {
        Thread thread = new Thread(() -> read(stream, lines), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void read(InputStream stream, Consumer<String> lines) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines);
        } catch (IOException | UncheckedIOException e) {
            note("reading ended: " + e);
        }
        IllegalStateException gone = new IllegalStateException("the process has ended");
        ready.completeExceptionally(gone);
        answers.values().forEach(answer -> answer.completeExceptionally(gone));
    }
}
