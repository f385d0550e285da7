package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.kit.Deployments;
import dev.conclave.servers.MemcachedServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A URL that leads nowhere")
class BadUrlTest {
    private static void fails(String url, Class<? extends ConclaveException> as, String... says) {
        Deployments.refuse(url, "", as, says);
    }

    @Test
    @DisplayName(
            "is told apart: no host, several, a path, an unknown name, a port where nobody listens, one without TLS")
    void urls() throws Exception {
        fails("memcached:", MisconfiguredException.class, "no host", "memcached://localhost");
        fails("memcached://a,b", MisconfiguredException.class, "2 servers", "held twice");
        fails("memcached://localhost/orders", MisconfiguredException.class, "/orders", "namespace=");
        fails("memcached://localhost?tls-ca=/x", MisconfiguredException.class, "tls-ca", "memcacheds:");
        fails(
                "memcached://no-such-host.invalid",
                BackendUnavailableException.class,
                "no-such-host.invalid",
                "not known");
        fails("memcached://127.0.0.1:1", BackendUnavailableException.class, "127.0.0.1:1");
        try (MemcachedServer server = MemcachedServer.options().start()) {
            fails("memcacheds://" + server.authority() + "?ttl=3s", ConclaveException.class, "memcached:");
        }
    }

    @Test
    @DisplayName("is reported in bounded time: a server that accepts and never answers, and one that is no memcached")
    void others() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            fails(
                    "memcached://127.0.0.1:" + silent.getLocalPort() + "?ttl=3s",
                    BackendUnavailableException.class,
                    "did not answer within 1s");
        }
        try (FakeServer web = new FakeServer(Map.of("mn", "HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            fails(web.url(), MisconfiguredException.class, "does not answer as memcached does");
        }
        try (FakeServer endless = new FakeServer(Map.of("mn", "x".repeat(1_000_000)))) {
            fails(endless.url(), MisconfiguredException.class, "does not answer as memcached does");
        }
    }

    @Test
    @DisplayName(
            "is refused: a memcached that has no meta commands or early ones, and something that does not tell when it started")
    void unsupported() throws Exception {
        try (FakeServer old = new FakeServer(Map.of("mn", "ERROR\r\n", "version", "VERSION 1.5.22\r\n"))) {
            fails(old.url(), UnsupportedDeploymentException.class, "1.5.22", "1.6.10 or newer");
        }
        // Its deletions do not compare: what was meant as a release would free another's lock.
        Map<String, String> early = Map.of(
                "mn",
                "MN\r\n",
                "stats settings",
                "END\r\n",
                "stats",
                "STAT version 1.6.9\r\nSTAT time 1795400000\r\nSTAT uptime 1000\r\nEND\r\n");
        try (FakeServer old = new FakeServer(early)) {
            fails(old.url(), UnsupportedDeploymentException.class, "1.6.9", "1.6.10 or newer");
        }
        try (FakeServer proxy =
                new FakeServer(Map.of("mn", "MN\r\n", "stats settings", "END\r\n", "stats", "END\r\n"))) {
            fails(proxy.url(), UnsupportedDeploymentException.class, "when it started", "proxy");
        }
        try (FakeServer full = new FakeServer(Map.of("mn", "ERROR Too many open connections\r\n"))) {
            fails(full.url(), BackendUnavailableException.class, "too many connections", "-c");
        }
    }
}
