package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.redis.jedis4.JedisLockProvider;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPool;

/** ShedLock over a pool of Jedis connections. */
@SuppressWarnings("deprecation") // What the provider takes.
final class ShedLockRedisPeer implements Client {
    private static final int CONNECTIONS = 32;

    private final JedisPool pool;
    private final LockProvider provider;

    ShedLockRedisPeer(String url) {
        GenericObjectPoolConfig<Jedis> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(CONNECTIONS);
        config.setMaxIdle(CONNECTIONS);
        pool = new JedisPool(config, Addresses.host(url), Addresses.port(url));
        provider = new JedisLockProvider(pool);
    }

    @Override
    public Mutex mutex(String name) {
        return ShedLocks.mutex(provider, name);
    }

    @Override
    public void close() {
        pool.close();
    }
}
