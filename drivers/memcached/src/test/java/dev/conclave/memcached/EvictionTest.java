package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Membership;
import dev.conclave.SessionLostException;
import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A server of one megabyte that somebody else fills as fast as it can: everything is evicted, again and again. Without its maintainer
 * the server does not even spare what is in use.
 */
@DisplayName("Under eviction")
class EvictionTest {
    private static final Duration TTL = Duration.ofSeconds(1);

    /** Who believed to hold, and when. */
    private record Belief(long token, long from, long until) {}

    @Test
    @DisplayName(
            "losses are told, beliefs overlap no longer than published, tokens grow, and all heals when it is over")
    void evicted() throws Exception {
        try (MemcachedServer server = MemcachedServer.options()
                .megabytes(1)
                .with("-I", "512k", "-o", "no_lru_maintainer")
                .start()) {
            String url = "memcached://" + server.authority() + "?ttl=1s";
            Bare.awaitSettled(server);
            try (Coordinator ada = Conclave.connect(url, "ada");
                    Coordinator bob = Conclave.connect(url, "bob")) {
                Membership membership = ada.group("workers").join(Capabilities.of("cpu", 8));
                Queue<Belief> beliefs = new ConcurrentLinkedQueue<>();
                AtomicInteger losses = new AtomicInteger();
                try (Noise noise = new Noise(server)) {
                    List<Thread> users = new ArrayList<>();
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                    for (Coordinator member : List.of(ada, bob)) {
                        users.add(thread(() -> use(member, end, beliefs, losses)));
                    }
                    for (Thread user : users) {
                        user.join();
                    }
                    assertThat(noise.written()).isPositive();
                }
                assertThat(Bare.statistic(server, "evictions")).isPositive();
                assertThat(losses).as("losses that were told of").hasPositiveValue();
                assertSound(List.copyOf(beliefs));
                Await.until(
                        "the group to heal",
                        () -> membership.incarnation().isPresent()
                                && bob.groups().contains("workers")
                                && bob.group("workers").view().member("ada").isPresent());
                assertThat(bob.lock("invoice").acquire(Await.PATIENCE).isValid())
                        .isTrue();
            }
        }
    }

    /** Holds the lock for longer than a renewal takes, so that a loss is noticed while it does. */
    private static boolean use(Coordinator member, long end, Queue<Belief> beliefs, AtomicInteger losses)
            throws Exception {
        while (System.nanoTime() < end) {
            try {
                Optional<Grant> granted = member.lock("invoice").tryAcquire(Duration.ofSeconds(1));
                if (granted.isEmpty()) {
                    continue;
                }
                try (Grant grant = granted.get()) {
                    long from = System.nanoTime();
                    long until = from;
                    // The clock first: what is found valid was so when it was read.
                    for (long at = from; grant.isValid() && at - from < TTL.toNanos(); at = System.nanoTime()) {
                        until = at;
                        TimeUnit.MILLISECONDS.sleep(1);
                    }
                    if (!grant.isValid()) {
                        losses.incrementAndGet();
                    }
                    beliefs.add(new Belief(grant.fencingToken(), from, until));
                }
            } catch (BackendUnavailableException | SessionLostException e) {
                // The next attempt; what counts is what was granted.
            }
        }
        return true;
    }

    private static void assertSound(List<Belief> beliefs) {
        assertThat(beliefs).isNotEmpty();
        for (Belief one : beliefs) {
            for (Belief other : beliefs) {
                if (other.from > one.from) {
                    assertThat(other.token).as("the token of a later grant").isGreaterThan(one.token);
                    assertThat(one.until - other.from)
                            .as("overlap in nanoseconds")
                            .isLessThanOrEqualTo(TTL.toNanos());
                }
            }
        }
    }

    private static Thread thread(Callable<Boolean> task) {
        Thread thread = new Thread(() -> {
            try {
                task.call();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
        return thread;
    }

    /** Somebody else's items, of all the sizes that ours have. */
    private static final class Noise implements AutoCloseable {
        private final AtomicLong written = new AtomicLong();
        private final Socket socket = new Socket();
        private final Thread thread;
        private volatile boolean over;

        Noise(MemcachedServer server) throws Exception {
            socket.connect(server.address());
            thread = thread(() -> {
                write();
                return true;
            });
        }

        private void write() throws Exception {
            OutputStream out = socket.getOutputStream();
            String[] values = new String[8];
            for (int i = 0; i < values.length; i++) {
                values[i] = "x".repeat(20 + 40 * i);
            }
            while (!over) {
                StringBuilder some = new StringBuilder();
                for (int i = 0; i < 500; i++) {
                    String value = values[i % values.length];
                    some.append("set noise:").append(written.incrementAndGet());
                    some.append(" 0 0 ").append(value.length()).append(" noreply\r\n");
                    some.append(value).append("\r\n");
                }
                out.write(some.toString().getBytes(StandardCharsets.US_ASCII));
            }
        }

        long written() {
            return written.get();
        }

        @Override
        public void close() throws IOException {
            over = true;
            while (thread.isAlive()) {
                Thread.onSpinWait();
            }
            socket.close();
        }
    }
}
