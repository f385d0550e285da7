package dev.conclave.faults.registers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection to the registers. Not thread-safe. */
public final class RegisterClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answers;

    /** Connects. */
    public RegisterClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Writes and waits for the answer: whether the register took it. */
    public boolean write(boolean fenced, String name, String claim, long token) throws IOException {
        String line = (fenced ? "fenced " : "unfenced ") + name + " " + claim + " " + token + "\n";
        socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the registers have gone");
        }
        return Boolean.parseBoolean(answer);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
