package dev.conclave.memcached;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A driver without an engine, which does just what a test says, also what no engine would do. */
final class Bare implements AutoCloseable {
    static final ClaimKey INVOICE = new ClaimKey(ClaimKey.Kind.LOCK, "invoice");

    final Driver driver;
    private final BareDrivers drivers = new BareDrivers(new MemcachedDriverProvider(), Duration.ofSeconds(5));

    Bare(MemcachedServer server) throws Exception {
        driver = drivers.open("memcached://" + server.authority());
    }

    /** A server serves when it is a second old, and who has a short time-to-live does not wait that long. */
    static void awaitSettled(MemcachedServer server) throws Exception {
        new Bare(server).close();
    }

    static <T> T await(CompletableFuture<T> step) throws Exception {
        return Await.result("a step", step);
    }

    SessionId session(String member, Duration ttl) throws Exception {
        SessionId session = new SessionId(member, (member + "0123456789abcdefghijklmnop").substring(0, 26));
        await(driver.openSession(session, ttl));
        return session;
    }

    static ClaimRequest request(SessionId session, long sequence, boolean queue) {
        return new ClaimRequest(new ClaimId(INVOICE, session, sequence), false, queue, "");
    }

    long granted(ClaimRequest request) throws Exception {
        return ((ClaimReply.Granted) await(driver.claim(request))).token();
    }

    /** All that the server stores of a name, byte for byte, with the number of its last change. */
    static List<String> stored(MemcachedServer server, String key) throws Exception {
        return server.command("gets " + key);
    }

    /** One of the server's counters. */
    static long statistic(MemcachedServer server, String name) throws Exception {
        String start = "STAT " + name + " ";
        return server.command("stats").stream()
                .filter(line -> line.startsWith(start))
                .map(line -> Long.parseLong(line.substring(start.length())))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        drivers.close();
    }
}
