package dev.conclave.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Three real servers, any two of which are a quorum, one of them leading. Not thread-safe. */
public abstract class Quorum<S extends Server> implements AutoCloseable {
    static final int SIZE = 3;

    private final List<S> servers = new ArrayList<>();

    Quorum() {}

    /** Prepares the servers, none of them started yet. */
    abstract void prepare(List<S> servers) throws IOException;

    abstract boolean isLeader(S server) throws IOException, InterruptedException;

    /** Starts them and waits until each serves. */
    final void startAll() throws IOException, InterruptedException {
        try {
            prepare(servers);
            start(servers);
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts servers side by side: none of them serves before a quorum is up. */
    public final void start(List<S> some) throws IOException, InterruptedException {
        List<FutureTask<Void>> starts = new ArrayList<>();
        for (S server : some) {
            FutureTask<Void> start = new FutureTask<>(() -> {
                server.process().start();
                return null;
            });
            starts.add(start);
            new Thread(start, "start of " + server.authority()).start();
        }
        for (FutureTask<Void> start : starts) {
            try {
                start.get();
            } catch (ExecutionException e) {
                throw new IOException("the servers did not start", e.getCause());
            }
        }
    }

    /** The servers. */
    public final List<S> servers() {
        return List.copyOf(servers);
    }

    /** The one that leads; waits for one during an election. */
    public final S leader() throws IOException, InterruptedException {
        List<S> leaders = new ArrayList<>();
        Waiting.until(
                () -> {
                    for (S server : servers) {
                        if (leads(server)) {
                            leaders.add(server);
                        }
                    }
                    return !leaders.isEmpty();
                },
                "a server to lead");
        return leaders.get(0);
    }

    /** One that does not answer does not. */
    final boolean leads(S server) throws InterruptedException {
        try {
            return isLeader(server);
        } catch (IOException e) {
            return false;
        }
    }

    /** All addresses, as in a URL. */
    public final String authority() {
        return servers.stream().map(Server::authority).collect(Collectors.joining(","));
    }

    /** Kills all and removes what they stored. */
    @Override
    public final void close() throws IOException {
        for (S server : servers) {
            server.close();
        }
    }
}
