package dev.conclave.faults.sites;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The sites by name. The memory driver lives within one process and has none: the simulator in core is its soak. */
public final class Sites {
    private static final Map<String, Opening> SITES = new TreeMap<>(Map.of(
            "etcd", EtcdSite::new,
            "file", FileSite::new,
            "ipc", IpcSite::new,
            "memcached", MemcachedSite::new,
            "mysql", MysqlSite::new,
            "postgresql", PostgresqlSite::new,
            "redis", RedisSite::new,
            "redis-sentinel", RedisSentinelSite::new,
            "zookeeper", ZooKeeperSite::new));

    private Sites() {}

    @FunctionalInterface
    private interface Opening {
        Site open() throws Exception;
    }

    /** All names. */
    public static List<String> names() {
        return List.copyOf(SITES.keySet());
    }

    /** Starts what a site has. */
    public static Site open(String name) throws Exception {
        return SITES.get(name).open();
    }

    /** Hosts and ports as in a URL. */
    static String authority(List<InetSocketAddress> addresses) {
        return addresses.stream()
                .map(address -> "127.0.0.1:" + address.getPort())
                .collect(Collectors.joining(","));
    }
}
