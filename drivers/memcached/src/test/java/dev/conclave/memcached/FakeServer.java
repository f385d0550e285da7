package dev.conclave.memcached;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Answers some lines and is silent to others. */
final class FakeServer implements AutoCloseable {
    /** What an answer begins with that is given again and again, a line at a time, and never ends. */
    static final String ENDLESS = "endless ";

    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final AtomicBoolean dripping = new AtomicBoolean();

    FakeServer(Map<String, String> answers) throws IOException {
        daemon(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    daemon(() -> serve(client, answers));
                } catch (IOException e) {
                    // The test is over.
                }
            }
        });
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client, Map<String, String> answers) {
        try (client) {
            StringBuilder line = new StringBuilder();
            for (int next = client.getInputStream().read();
                    next >= 0;
                    next = client.getInputStream().read()) {
                if (next == '\n') {
                    answer(client, answers.getOrDefault(line.toString().trim(), ""));
                    line.setLength(0);
                } else {
                    line.append((char) next);
                }
            }
        } catch (IOException e) {
            // The client has gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(Socket client, String answer) throws IOException, InterruptedException {
        boolean endless = answer.startsWith(ENDLESS);
        byte[] bytes = (endless ? answer.substring(ENDLESS.length()) : answer).getBytes(StandardCharsets.US_ASCII);
        do {
            client.getOutputStream().write(bytes);
            if (endless) {
                dripping.set(true);
                Thread.sleep(20);
            }
        } while (endless && !socket.isClosed());
    }

    /** Whether something endless is being told. */
    boolean isDripping() {
        return dripping.get();
    }

    String url() {
        return "memcached://127.0.0.1:" + socket.getLocalPort() + "?ttl=3s";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
