package dev.conclave.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Says to each command what a test wants it to say, in the protocol's words, as no real server does for as long as a test needs. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening;
    private final Function<List<String>, String> script;
    private final AtomicInteger asked = new AtomicInteger();

    ScriptedServer(Function<List<String>, String> script) throws IOException {
        this.script = script;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    /** The answer to HELLO. */
    static String hello(String mode) {
        return "%3\r\n" + bulk("mode") + bulk(mode) + bulk("role") + bulk("master") + bulk("version") + bulk("7.0.0");
    }

    static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    int port() {
        return listening.getLocalPort();
    }

    String authority() {
        return "127.0.0.1:" + port();
    }

    /** How many commands it was asked. */
    int asked() {
        return asked.get();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                daemon(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            for (String header = in.readLine(); header != null; header = in.readLine()) {
                List<String> words = new ArrayList<>();
                for (int left = Integer.parseInt(header.substring(1)); left > 0; left--) {
                    words.add(word(in));
                }
                asked.incrementAndGet();
                client.getOutputStream().write(script.apply(words).getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static String word(BufferedReader in) throws IOException {
        int left = Integer.parseInt(in.readLine().substring(1));
        StringBuilder word = new StringBuilder();
        for (; left > 0; left--) {
            word.append((char) in.read());
        }
        in.readLine();
        return word.toString();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
