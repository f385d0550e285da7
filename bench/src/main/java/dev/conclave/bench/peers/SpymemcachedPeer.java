package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.BinaryConnectionFactory;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.internal.OperationFuture;

/**
 * The recipe for a lock on memcached: add an item that expires, ask again every 10 ms while it is there, and delete it only if
 * it is still the one that was added, which spymemcached can do in the binary protocol.
 */
final class SpymemcachedPeer implements Client {
    private static final int EXPIRES_SECONDS = 30;
    private static final long RETRY_MILLIS = 10;

    private final MemcachedClient memcached;
    private final String member;

    SpymemcachedPeer(String url, String member) throws Exception {
        this.memcached = new MemcachedClient(new BinaryConnectionFactory(), List.of(Addresses.socket(url)));
        this.member = member;
    }

    @Override
    public Mutex mutex(String name) {
        String key = "recipe:" + name;
        return new Mutex() {
            private long added;

            @Override
            public void acquire() throws Exception {
                OperationFuture<Boolean> add = memcached.add(key, EXPIRES_SECONDS, member);
                while (!add.get()) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                    add = memcached.add(key, EXPIRES_SECONDS, member);
                }
                added = add.getCas();
            }

            @Override
            public void release() throws Exception {
                if (!memcached.delete(key, added).get()) {
                    throw new IllegalStateException(key + " expired and was taken by another");
                }
            }
        };
    }

    @Override
    public void close() {
        memcached.shutdown();
    }
}
