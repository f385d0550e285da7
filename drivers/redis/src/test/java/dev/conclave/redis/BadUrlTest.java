package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.kit.Deployments;
import dev.conclave.servers.RedisServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A URL that leads nowhere")
class BadUrlTest {
    private static void fails(String url, Class<? extends ConclaveException> as, String... says) {
        Deployments.refuse(url, "", as, says);
    }

    @Test
    @DisplayName(
            "is told apart: no host, a wrong database, several hosts, an unknown name, a port where nobody listens")
    void urls() throws Exception {
        fails("redis:", MisconfiguredException.class, "no host", "redis://localhost");
        fails("redis://a,b", MisconfiguredException.class, "2 hosts", "redis+sentinel:");
        fails("redis://localhost/orders", MisconfiguredException.class, "orders", "number");
        fails("redis://localhost/-1", MisconfiguredException.class, "number");
        fails("redis://localhost?tls-ca=/x", MisconfiguredException.class, "tls-ca", "rediss:");
        fails("redis+sentinel://localhost/main?tls-key=/x", MisconfiguredException.class, "tls-key", "tls=true");
        fails("redis://no-such-host.invalid", BackendUnavailableException.class, "no-such-host.invalid", "not known");
        fails("redis://127.0.0.1:1", BackendUnavailableException.class, "127.0.0.1:1");
        fails("redis+sentinel://127.0.0.1:1/main", BackendUnavailableException.class, "127.0.0.1:1");
        fails("redis+cluster://127.0.0.1:1", BackendUnavailableException.class, "127.0.0.1:1");
        try (RedisServer server = RedisServer.options().volatileOnly().start()) {
            fails("redis://" + server.authority() + "/99", MisconfiguredException.class, "database 99");
            fails(
                    "rediss://" + server.authority() + "?ttl=3s",
                    BackendUnavailableException.class,
                    "speaks no TLS",
                    "redis:");
            Conclave.connect("redis://" + server.authority() + "/7", "ada").close();
        }
    }

    @Test
    @DisplayName("is reported in bounded time: a server that accepts and never answers, and one that is no Redis")
    void others() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            fails(
                    "redis://127.0.0.1:" + silent.getLocalPort() + "?ttl=3s",
                    BackendUnavailableException.class,
                    "did not answer within 1s");
        }
        try (ServerSocket web = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                try (var socket = web.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (java.io.IOException e) {
                    // The client resets the connection.
                }
            });
            server.start();
            fails(
                    "redis://127.0.0.1:" + web.getLocalPort(),
                    MisconfiguredException.class,
                    "does not answer as Redis does");
            server.join();
        }
    }
}
