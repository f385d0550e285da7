package dev.conclave.bench.deployments;

import dev.conclave.bench.Backend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Starts servers. */
public final class Deployments {
    private Deployments() {}

    /**
     * Starts a server on a free port.
     *
     * @param folder for data; the caller removes it
     */
    public static Deployment start(Backend backend, Path folder) throws Exception {
        return switch (backend) {
            case REDIS -> new RedisDeployment();
            case ZOOKEEPER -> new ZooKeeperDeployment(Files.createDirectory(folder.resolve("zookeeper")));
            case POSTGRESQL -> new PostgresDeployment();
            case FILE -> new Serverless("file:" + folder.resolve("file"));
            case MEMORY -> new Serverless("memory:bench");
        };
    }

    private record Serverless(String url) implements Deployment {
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
        public void close() {}
    }
}
