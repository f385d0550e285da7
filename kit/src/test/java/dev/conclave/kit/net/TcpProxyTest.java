package dev.conclave.kit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.kit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("the TCP proxy")
@Timeout(60)
class TcpProxyTest {
    private EchoServer server;
    private TcpProxy proxy;
    private final List<Socket> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new EchoServer();
        proxy = TcpProxy.to(server.address());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        proxy.close();
        server.close();
    }

    private Socket client() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(proxy.address(), 10_000);
        clients.add(socket);
        return socket;
    }

    private static void send(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
    }

    private static int receive(Socket client) throws IOException {
        return client.getInputStream().read();
    }

    private static void assertSilent(Socket client) throws IOException {
        client.setSoTimeout(100);
        assertThatThrownBy(() -> receive(client)).isInstanceOf(SocketTimeoutException.class);
        client.setSoTimeout(10_000);
    }

    @Test
    @DisplayName("passes on both ways, and the end of a stream too")
    void passes() throws IOException {
        Socket client = client();
        for (int i = 0; i < 200; i++) {
            send(client, i);
            assertThat(receive(client)).isEqualTo(i);
        }
        client.shutdownOutput();
        assertThat(receive(client)).isEqualTo(-1);
    }

    @Test
    @DisplayName("passes on many bytes unchanged")
    void passesMuch() throws Exception {
        Socket client = client();
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        Thread sender = new Thread(() -> {
            try {
                client.getOutputStream().write(sent);
                client.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        sender.start();
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
        sender.join();
    }

    @Test
    @DisplayName("cuts all connections with a reset, and takes new ones")
    void cuts() throws IOException {
        Socket client = client();
        send(client, 1);
        receive(client);

        proxy.cut();

        assertThatThrownBy(() -> receive(client))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThat(proxy.connections()).isZero();
        Socket next = client();
        send(next, 2);
        assertThat(receive(next)).isEqualTo(2);
    }

    @Test
    @DisplayName("drops requests silently: they never reach the server, and nobody is told")
    void dropsRequests() throws Exception {
        Socket client = client();
        proxy.drop(Direction.TO_BACKEND);

        send(client, 1);

        assertSilent(client);
        assertThat(server.received()).isZero();
    }

    @Test
    @DisplayName("drops replies silently: the server has done the work, and the client never learns of it")
    void dropsReplies() throws Exception {
        Socket client = client();
        proxy.drop(Direction.TO_MEMBER);

        send(client, 1);

        Await.until("the request to arrive", () -> server.received() == 1);
        assertSilent(client);
    }

    @Test
    @DisplayName("delivers after healing what it dropped, in order, as TCP does")
    void deliversAfterHealing() throws IOException {
        Socket client = client();
        proxy.drop(Direction.TO_BACKEND);
        send(client, 1);
        send(client, 2);

        proxy.heal();

        assertThat(receive(client)).isEqualTo(1);
        assertThat(receive(client)).isEqualTo(2);
    }

    @Test
    @DisplayName("loses what it dropped when it is cut before it heals")
    void losesWhenCut() throws Exception {
        Socket client = client();
        proxy.drop(Direction.TO_BACKEND);
        send(client, 1);
        assertSilent(client);

        proxy.cut();
        proxy.heal();
        Socket next = client();
        send(next, 2);

        assertThat(receive(next)).isEqualTo(2);
        assertThat(server.received()).isEqualTo(1);
    }

    @Test
    @DisplayName("delays one direction, and delays pipelined requests side by side")
    void delays() throws IOException {
        Socket client = client();
        proxy.delay(Direction.TO_MEMBER, Duration.ofMillis(300));
        long start = System.nanoTime();

        for (int i = 0; i < 10; i++) {
            send(client, i);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(receive(client)).isEqualTo(i);
        }

        long millis = (System.nanoTime() - start) / 1_000_000;
        assertThat(millis).isBetween(300L, 2_900L);
    }

    @Test
    @DisplayName("refuses new connections, lets old ones go on, and accepts again on the same port")
    void refuses() throws IOException {
        Socket client = client();
        send(client, 1);
        receive(client);

        proxy.refuse();

        assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);
        send(client, 2);
        assertThat(receive(client)).isEqualTo(2);
        proxy.heal();
        Socket next = client();
        send(next, 3);
        assertThat(receive(next)).isEqualTo(3);
    }

    @Test
    @DisplayName("resets a client whose server is down")
    void serverDown() throws IOException {
        server.close();

        assertThatThrownBy(() -> {
                    Socket client = client();
                    send(client, 1);
                    receive(client);
                })
                .isInstanceOf(SocketException.class);
    }

    @Test
    @DisplayName("counts attempts to connect and what members send, also what does not arrive")
    void counts() throws Exception {
        Socket client = client();
        send(client, 1);
        receive(client);
        assertThat(proxy.connects()).isEqualTo(1);
        assertThat(proxy.packets()).isEqualTo(1);

        proxy.drop(Direction.TO_BACKEND);
        send(client, 2);
        Await.until("what is dropped to count", () -> proxy.packets() == 2);
        server.close();
        // The reset may come before connecting has returned, or after.
        assertThatThrownBy(() -> receive(client())).isInstanceOf(SocketException.class);

        Await.until("an attempt in vain to count", () -> proxy.connects() == 2);
    }
}
