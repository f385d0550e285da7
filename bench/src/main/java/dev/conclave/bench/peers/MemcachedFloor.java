package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import net.spy.memcached.MemcachedClient;

/** add and delete: two writes, and no care for whose item it is. */
final class MemcachedFloor implements Client {
    private static final int EXPIRES_SECONDS = 30;

    private final MemcachedClient memcached;
    private final String member;

    MemcachedFloor(String url, String member) throws Exception {
        this.memcached = new MemcachedClient(Addresses.socket(url));
        this.member = member;
    }

    @Override
    public Mutex mutex(String name) {
        String key = "floor:" + name;
        return new Mutex() {
            @Override
            public void acquire() throws Exception {
                if (!memcached.add(key, EXPIRES_SECONDS, member).get()) {
                    throw new IllegalStateException(key + " is held; the floor cannot wait");
                }
            }

            @Override
            public void release() throws Exception {
                memcached.delete(key).get();
            }
        };
    }

    @Override
    public void close() {
        memcached.shutdown();
    }
}
