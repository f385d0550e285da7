package dev.conclave.bench.deployments;

import dev.conclave.bench.Backend;
import dev.conclave.ipc.IpcDriverProvider;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Starts servers. */
public final class Deployments {
    private Deployments() {}

    /**
     * Starts a server on a free port.
     *
     * @param folder for data, with a name that no other has; the caller removes it
     */
    public static Deployment start(Backend backend, Path folder) throws Exception {
        return switch (backend) {
            case REDIS -> new RedisDeployment();
            case ZOOKEEPER -> new ZooKeeperDeployment(Files.createDirectory(folder.resolve("zookeeper")));
            case POSTGRESQL -> new PostgresDeployment();
            case ETCD -> new EtcdDeployment();
            case MEMCACHED -> new MemcachedDeployment();
            case MYSQL -> new MariaDbDeployment();
            case IPC -> ipc("ipc:///" + folder.getFileName());
            case FILE -> new Serverless("file:" + folder.resolve("file"), () -> {});
            case MEMORY -> new Serverless("memory:bench", () -> {});
        };
    }

    private static Deployment ipc(String url) {
        SemaphoreSet semaphores = SemaphoreSet.create(url);
        return new Serverless(url, () -> {
            try {
                semaphores.remove();
            } finally {
                try {
                    LockFolder.remove(url);
                } finally {
                    removeStore(url);
                }
            }
        });
    }

    private static void removeStore(String url) {
        DriverProvider provider = new IpcDriverProvider();
        if (provider.leftovers().stream().anyMatch(leftover -> leftover.url().equals(url))) {
            provider.removeLeftover(Target.parse(url, Map.of(), provider.options()), true);
        }
    }

    private record Serverless(String url, Runnable cleaning) implements Deployment {
        @Override
        public String version() {
            return "no server";
        }

        @Override
        public long pid() {
            return -1;
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of();
        }

        @Override
        public void close() {
            cleaning.run();
        }
    }
}
