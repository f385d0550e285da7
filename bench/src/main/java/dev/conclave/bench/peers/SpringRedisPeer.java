package dev.conclave.bench.peers;

import dev.conclave.bench.Candidate;
import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** Spring Integration's lock registry over Lettuce, Spring's default client. */
final class SpringRedisPeer implements Client {
    private final LettuceConnectionFactory connections;
    private final RedisLockRegistry registry;
    private final String member;

    SpringRedisPeer(String url, String member, RedisLockType type) {
        connections = new LettuceConnectionFactory(Addresses.host(url), Addresses.port(url));
        connections.afterPropertiesSet();
        connections.start();
        registry = new RedisLockRegistry(connections, "spring-" + type);
        registry.setRedisLockType(type);
        this.member = member;
    }

    @Override
    public Mutex mutex(String name) {
        return SpringLocks.mutex(registry, name);
    }

    @Override
    public Candidate candidate(String election) {
        return SpringLocks.candidate(registry, election, member);
    }

    @Override
    public void close() {
        registry.destroy();
        connections.destroy();
    }
}
