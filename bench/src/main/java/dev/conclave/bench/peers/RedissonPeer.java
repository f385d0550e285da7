package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.util.function.BiFunction;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson's locks, renewed by its watchdog. */
final class RedissonPeer implements Client {
    private final RedissonClient redisson;
    private final BiFunction<RedissonClient, String, RLock> kind;

    RedissonPeer(String url, BiFunction<RedissonClient, String, RLock> kind) {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://" + Addresses.authority(url));
        this.redisson = Redisson.create(config);
        this.kind = kind;
    }

    @Override
    public Mutex mutex(String name) {
        RLock lock = kind.apply(redisson, "redisson:" + name);
        return new Mutex() {
            @Override
            public void acquire() {
                lock.lock();
            }

            @Override
            public void release() {
                lock.unlock();
            }
        };
    }

    @Override
    public void close() {
        redisson.shutdown();
    }
}
