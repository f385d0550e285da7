package dev.conclave.memory;

import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Lends the memory driver's link to simulations in other packages. */
public interface Wire {
    /** From the member to the backend. */
    void request(Runnable arrival);

    /** From the backend to the member: an answer or a signal. */
    void reply(Runnable arrival);

    /** A driver of this backend whose messages all go over the wire. */
    static DriverProvider provider(MemoryBackend backend, Wire wire) {
        return new DriverProvider() {
            @Override
            public dev.conclave.DriverInfo info() {
                return MemoryDriverProvider.INFO;
            }

            @Override
            public CompletableFuture<Driver> open(Target target, Environment environment) {
                return backend.connect(target.namespace(), target.ttl(), environment, new Link() {
                    @Override
                    public void request(Runnable arrival) {
                        wire.request(arrival);
                    }

                    @Override
                    public void reply(Runnable arrival) {
                        wire.reply(arrival);
                    }

                    @Override
                    public void signal(Runnable arrival) {
                        wire.reply(arrival);
                    }
                });
            }
        };
    }

    /** What is left at a backend whose members have all gone; empty if nothing is. */
    static List<String> remains(MemoryBackend backend) {
        return backend.spaces.entrySet().stream()
                .filter(space -> !space.getValue().claims.isEmpty())
                .map(space -> space.getKey() + ": " + space.getValue().claims.list(ClaimKey.Kind.LOCK)
                        + space.getValue().claims.list(ClaimKey.Kind.ELECTION))
                .toList();
    }

    /** A token greater than all that were granted so far, and less than all that will be. */
    static long tokenMark(MemoryBackend backend) {
        return backend.ledger.nextToken();
    }

    /** How many sessions live at a backend. */
    static int sessions(MemoryBackend backend) {
        return backend.ledger.sessions.all().size();
    }
}
