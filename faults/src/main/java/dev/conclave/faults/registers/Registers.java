package dev.conclave.faults.registers;

import dev.conclave.faults.history.HistoryWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The registers as a server: a line {@code fenced|unfenced NAME CLAIM TOKEN} is a write, answered with {@code true} or {@code false}. A thread for
 * each connection.
 */
public final class Registers implements AutoCloseable {
    private final ServerSocket listening =
            new ServerSocket(0, 200, InetAddress.getLoopbackAddress()); // members reach it directly
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final Map<String, Register> registers;

    /** Starts serving. */
    public Registers(HistoryWriter history) throws IOException {
        registers = Map.of("fenced", new Register(true, history), "unfenced", new Register(false, history));
        daemon("registers-accept", this::accept);
    }

    /** Where it listens. */
    public int port() {
        return listening.getLocalPort();
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                clients.add(client);
                daemon("registers", () -> serve(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            client.setTcpNoDelay(true);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                client.getOutputStream().write((write(line) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The member was killed, or the run is over.
        } finally {
            clients.remove(client);
        }
    }

    private boolean write(String line) {
        String[] words = line.split(" ", -1);
        return registers.get(words[0]).write(words[1], words[2], Long.parseLong(words[3]));
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}
