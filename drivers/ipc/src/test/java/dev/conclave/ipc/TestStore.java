package dev.conclave.ipc;

import dev.conclave.kit.Backend;
import dev.conclave.spi.Leftover;
import dev.conclave.spi.Target;
import dev.conclave.table.Audit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** The stores of one name, in all namespaces; removed in the end. */
final class TestStore implements Backend {
    final String name = "test/" + UUID.randomUUID();

    @Override
    public String url() {
        return "ipc:///" + name;
    }

    /** While nobody removes the store, which the scenarios about belief do not. */
    @Override
    public Duration beliefOverlap() {
        return Duration.ZERO;
    }

    @Override
    public void flush() throws IOException {
        for (StoreName store : stores()) {
            HostStores.remove(store, true);
        }
    }

    private List<StoreName> stores() throws IOException {
        List<StoreName> stores = new ArrayList<>();
        for (Leftover leftover : HostStores.list()) {
            StoreName store = named(leftover.url());
            if (store.name().equals(name)) {
                stores.add(store);
            }
        }
        return stores;
    }

    static StoreName named(String url) {
        return StoreName.of(Target.parse(url, Map.of(), Settings.OPTIONS));
    }

    @Override
    public long footprint(String namespace) throws IOException {
        StoreName store = new StoreName(name, namespace);
        return Segment.find(store.key()) < 0 ? 0 : used(store);
    }

    /** How many blocks of its table a store uses. */
    static int used(StoreName store) throws IOException {
        return inMutex(store, Audit::used);
    }

    /** Fails unless the store's table is sound. */
    static void audit(StoreName store) throws IOException {
        inMutex(store, table -> {
            Audit.check(table);
            return true;
        });
    }

    private static <T> T inMutex(StoreName store, Function<ByteBuffer, T> look) throws IOException {
        Semaphores semaphores = Semaphores.find(store.key()).orElseThrow();
        while (!semaphores.enterSoon()) {
            Thread.onSpinWait(); // it waits by itself
        }
        try {
            Segment segment = Segment.attach(Segment.find(store.key()));
            try {
                return inMutex(
                        new IpcStore(
                                store,
                                semaphores,
                                segment,
                                ProcessHandle.current().pid()),
                        () -> look.apply(segment.table()));
            } finally {
                segment.detach();
            }
        } finally {
            semaphores.leave();
        }
    }

    private static <T> T inMutex(IpcStore store, Supplier<T> look) throws IOException {
        store.enter();
        try {
            store.table().enter(0); // what a killed process left half done
            return look.get();
        } finally {
            store.leave();
        }
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
