package dev.conclave.bench.peers;

import static dev.conclave.bench.Contestant.Kind.CONCLAVE;
import static dev.conclave.bench.Contestant.Kind.FLOOR;
import static dev.conclave.bench.Contestant.Kind.PEER;
import static dev.conclave.bench.Feature.GROUP;
import static dev.conclave.bench.Feature.HOLD_MANY;
import static dev.conclave.bench.Feature.LOCK;
import static dev.conclave.bench.Feature.WAIT;

import dev.conclave.Conclave;
import dev.conclave.bench.Backend;
import dev.conclave.bench.Contestant;
import dev.conclave.bench.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.redis.jedis4.JedisLockProvider;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;
import redis.clients.jedis.RedisClient;

/** Everybody who can take part. */
public final class Contestants {
    private static final Set<Feature> ALL = Set.of(LOCK, WAIT, HOLD_MANY, GROUP);
    private static final Set<Feature> LOCKS = Set.of(LOCK, WAIT);
    private static final Set<Feature> RENEWED_LOCKS = Set.of(LOCK, WAIT, HOLD_MANY);
    private static final Set<Feature> WRITES = Set.of(LOCK);

    private static final List<Contestant> EVERYBODY = everybody();

    private Contestants() {}

    /** Those on one backend: the floor, the peers, and Conclave last, so that a round ends with us. */
    public static List<Contestant> on(Backend backend) {
        return EVERYBODY.stream()
                .filter(contestant -> contestant.backend() == backend)
                .toList();
    }

    /** The one of that name. */
    public static Contestant named(Backend backend, String name) {
        return on(backend).stream()
                .filter(contestant -> contestant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no contestant " + name + " on " + backend.label()));
    }

    private static List<Contestant> everybody() {
        List<Contestant> all = new ArrayList<>();
        redis(all);
        zooKeeper(all);
        postgresql(all);
        for (Backend backend : Backend.values()) {
            all.add(new Contestant("conclave", backend, CONCLAVE, ALL, version(Conclave.class), ConclaveClient::new));
        }
        return List.copyOf(all);
    }

    private static void redis(List<Contestant> all) {
        String jedis = "jedis " + version(RedisClient.class);
        String redisson = version(Redisson.class);
        String spring = version(RedisLockRegistry.class);
        all.add(new Contestant("floor", Backend.REDIS, FLOOR, WRITES, jedis, RedisFloor::new));
        all.add(new Contestant(
                "shedlock",
                Backend.REDIS,
                PEER,
                LOCKS,
                version(JedisLockProvider.class) + " on " + jedis,
                (url, member) -> new ShedLockRedisPeer(url)));
        all.add(new Contestant(
                "spring",
                Backend.REDIS,
                PEER,
                LOCKS,
                spring,
                (url, member) -> new SpringRedisPeer(url, member, RedisLockType.SPIN_LOCK)));
        all.add(new Contestant(
                "spring-pubsub",
                Backend.REDIS,
                PEER,
                LOCKS,
                spring,
                (url, member) -> new SpringRedisPeer(url, member, RedisLockType.PUB_SUB_LOCK)));
        all.add(new Contestant(
                "redisson",
                Backend.REDIS,
                PEER,
                RENEWED_LOCKS,
                redisson,
                (url, member) -> new RedissonPeer(url, RedissonClient::getLock)));
        all.add(new Contestant(
                "redisson-fenced",
                Backend.REDIS,
                PEER,
                RENEWED_LOCKS,
                redisson,
                (url, member) -> new RedissonPeer(url, RedissonClient::getFencedLock)));
        all.add(new Contestant(
                "redisson-fair",
                Backend.REDIS,
                PEER,
                RENEWED_LOCKS,
                redisson,
                (url, member) -> new RedissonPeer(url, RedissonClient::getFairLock)));
    }

    private static void zooKeeper(List<Contestant> all) {
        String curator = version(CuratorFramework.class);
        all.add(new Contestant(
                "floor",
                Backend.ZOOKEEPER,
                FLOOR,
                WRITES,
                "zookeeper " + version(ZooKeeper.class),
                (url, member) -> new ZooKeeperFloor(url)));
        all.add(new Contestant(
                "curator",
                Backend.ZOOKEEPER,
                PEER,
                ALL,
                curator,
                (url, member) -> new CuratorPeer(url, member, false)));
        all.add(new Contestant(
                "curator-semaphore",
                Backend.ZOOKEEPER,
                PEER,
                WRITES,
                curator,
                (url, member) -> new CuratorPeer(url, member, true)));
    }

    private static void postgresql(List<Contestant> all) {
        String pgjdbc = "pgjdbc " + version(org.postgresql.Driver.class);
        all.add(new Contestant("floor", Backend.POSTGRESQL, FLOOR, WRITES, pgjdbc, PostgresFloor::new));
        all.add(new Contestant(
                "advisory", Backend.POSTGRESQL, PEER, LOCKS, pgjdbc, (url, member) -> new AdvisoryLockPeer(url)));
        all.add(new Contestant(
                "shedlock",
                Backend.POSTGRESQL,
                PEER,
                LOCKS,
                version(JdbcTemplateLockProvider.class),
                (url, member) -> new ShedLockJdbcPeer(url)));
        all.add(new Contestant(
                "spring", Backend.POSTGRESQL, PEER, LOCKS, version(JdbcLockRegistry.class), SpringJdbcPeer::new));
    }

    /** From the jar's name, which Maven makes of the version; manifests often lack it. */
    private static String version(Class<?> of) {
        String path = of.getProtectionDomain().getCodeSource().getLocation().getPath();
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.endsWith(".jar")
                ? file.replaceFirst("\\.jar$", "").replaceFirst("^.*?-(?=\\d)", "")
                : "development";
    }
}
