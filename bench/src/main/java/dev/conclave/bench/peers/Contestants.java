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
import java.util.function.BiFunction;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.redis.jedis4.JedisLockProvider;
import net.spy.memcached.MemcachedClient;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;
import org.redisson.Redisson;
import org.redisson.api.RLock;
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
        all.addAll(redis());
        all.addAll(zooKeeper());
        all.addAll(postgresql());
        all.addAll(etcd());
        all.addAll(memcached());
        all.addAll(mysql());
        all.addAll(withoutServer());
        for (Backend backend : Backend.values()) {
            all.add(new Contestant("conclave", backend, CONCLAVE, ALL, version(Conclave.class), ConclaveClient::new));
        }
        return List.copyOf(all);
    }

    private static Contestant floor(Backend backend, String version, Contestant.Opener opener) {
        return new Contestant("floor", backend, FLOOR, WRITES, version, opener);
    }

    private static Contestant peer(
            Backend backend, String name, Set<Feature> features, String version, Contestant.Opener opener) {
        return new Contestant(name, backend, PEER, features, version, opener);
    }

    private static List<Contestant> redis() {
        Backend on = Backend.REDIS;
        String jedis = "jedis " + version(RedisClient.class);
        String shedLock = version(JedisLockProvider.class) + " on " + jedis;
        String redisson = version(Redisson.class);
        String spring = version(RedisLockRegistry.class);
        return List.of(
                floor(on, jedis, RedisFloor::new),
                peer(on, "shedlock", LOCKS, shedLock, (url, member) -> new ShedLockRedisPeer(url)),
                peer(on, "spring", LOCKS, spring, spring(RedisLockType.SPIN_LOCK)),
                peer(on, "spring-pubsub", LOCKS, spring, spring(RedisLockType.PUB_SUB_LOCK)),
                peer(on, "redisson", RENEWED_LOCKS, redisson, redisson(RedissonClient::getLock)),
                peer(on, "redisson-fenced", RENEWED_LOCKS, redisson, redisson(RedissonClient::getFencedLock)),
                peer(on, "redisson-fair", RENEWED_LOCKS, redisson, redisson(RedissonClient::getFairLock)));
    }

    private static Contestant.Opener spring(RedisLockType type) {
        return (url, member) -> new SpringRedisPeer(url, member, type);
    }

    private static Contestant.Opener redisson(BiFunction<RedissonClient, String, RLock> kind) {
        return (url, member) -> new RedissonPeer(url, kind);
    }

    private static List<Contestant> zooKeeper() {
        Backend on = Backend.ZOOKEEPER;
        String curator = version(CuratorFramework.class);
        return List.of(
                floor(on, "zookeeper " + version(ZooKeeper.class), (url, member) -> new ZooKeeperFloor(url)),
                peer(on, "curator", ALL, curator, (url, member) -> new CuratorPeer(url, member, false)),
                peer(on, "curator-semaphore", WRITES, curator, (url, member) -> new CuratorPeer(url, member, true)));
    }

    private static List<Contestant> postgresql() {
        Backend on = Backend.POSTGRESQL;
        String pgjdbc = "pgjdbc " + version(org.postgresql.Driver.class);
        return List.of(
                floor(on, pgjdbc, RowPeer::unlogged),
                peer(on, "rows", WRITES, pgjdbc, RowPeer::logged),
                peer(on, "advisory", LOCKS, pgjdbc, (url, member) -> DatabaseLockPeer.advisory(url)),
                shedLock(on),
                spring(on));
    }

    private static List<Contestant> mysql() {
        Backend on = Backend.MYSQL;
        String connector = "mariadb-java-client " + version(org.mariadb.jdbc.Driver.class);
        return List.of(
                floor(on, connector, RowPeer::inMemory),
                peer(on, "rows", WRITES, connector, RowPeer::innodb),
                peer(on, "getlock", LOCKS, connector, (url, member) -> DatabaseLockPeer.getLock(url)),
                shedLock(on),
                spring(on));
    }

    private static Contestant shedLock(Backend on) {
        return peer(
                on,
                "shedlock",
                LOCKS,
                version(JdbcTemplateLockProvider.class),
                (url, member) -> new ShedLockJdbcPeer(url));
    }

    private static Contestant spring(Backend on) {
        return peer(on, "spring", LOCKS, version(JdbcLockRegistry.class), SpringJdbcPeer::new);
    }

    private static List<Contestant> etcd() {
        Backend on = Backend.ETCD;
        String jetcd = version(io.etcd.jetcd.Client.class);
        return List.of(
                floor(on, "jetcd " + jetcd, EtcdFloor::new), peer(on, "jetcd", RENEWED_LOCKS, jetcd, JetcdPeer::new));
    }

    private static List<Contestant> memcached() {
        Backend on = Backend.MEMCACHED;
        String spymemcached = version(MemcachedClient.class);
        return List.of(
                floor(on, "spymemcached " + spymemcached, MemcachedFloor::new),
                peer(on, "spymemcached", LOCKS, spymemcached, SpymemcachedPeer::new));
    }

    private static List<Contestant> withoutServer() {
        String java = "Java " + Runtime.version().feature();
        Contestant.Opener files = (url, member) -> new FileChannelPeer(url);
        return List.of(
                floor(Backend.IPC, "semop", (url, member) -> new SemaphorePeer(url, false)),
                peer(Backend.IPC, "semaphore", LOCKS, "semop", (url, member) -> new SemaphorePeer(url, true)),
                peer(Backend.IPC, "filechannel", RENEWED_LOCKS, java, files),
                floor(Backend.FILE, java, (url, member) -> new FileFloor(url)),
                peer(Backend.FILE, "filechannel", RENEWED_LOCKS, java, files),
                floor(Backend.MEMORY, java, (url, member) -> new MemoryPeer(member, false)),
                peer(
                        Backend.MEMORY,
                        "reentrantlock",
                        RENEWED_LOCKS,
                        java,
                        (url, member) -> new MemoryPeer(member, true)));
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
