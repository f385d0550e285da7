package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** SET NX PX and DEL: two writes, and no care for whose lock it is. */
final class RedisFloor implements Client {
    private static final int CONNECTIONS = 32;

    private final RedisClient redis;
    private final String member;

    RedisFloor(String url, String member) {
        GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
        pool.setMaxTotal(CONNECTIONS);
        pool.setMaxIdle(CONNECTIONS);
        this.redis = RedisClient.builder()
                .hostAndPort(new HostAndPort(Addresses.host(url), Addresses.port(url)))
                .poolConfig(pool)
                .build();
        this.member = member;
    }

    @Override
    public Mutex mutex(String name) {
        SetParams onlyIfAbsent = SetParams.setParams().nx().px(30_000);
        String key = "floor:" + name;
        return new Mutex() {
            @Override
            public void acquire() {
                if (redis.set(key, member, onlyIfAbsent) == null) {
                    throw new IllegalStateException(key + " is held; the floor cannot wait");
                }
            }

            @Override
            public void release() {
                redis.del(key);
            }
        };
    }

    @Override
    public void close() {
        redis.close();
    }
}
