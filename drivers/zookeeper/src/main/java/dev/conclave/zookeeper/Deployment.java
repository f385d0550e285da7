package dev.conclave.zookeeper;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import dev.conclave.spi.Target.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.HostProvider;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** Where the servers are, and how each connection to them is made. */
final class Deployment {
    private static final int DEFAULT_PORT = 2181;
    // The client refuses larger replies: a list of 100,000 names is more than its usual 1 MB.
    private static final int LARGEST_REPLY = 64 << 20;

    private final List<Host> hosts;
    private final Optional<String> digest;
    private final String namespace;
    private final Tls tls;
    private final String text;
    private volatile @Nullable Hosts latest;

    Deployment(Target target) throws IOException {
        if (target.hosts().isEmpty()) {
            throw new MisconfiguredException("'" + target + "' names no server; write zookeeper://host:2181");
        }
        this.hosts = target.hosts().stream()
                .map(host -> host.port() < 0 ? new Host(host.name(), DEFAULT_PORT) : host)
                .toList();
        if (target.user().isPresent() != target.password().isPresent()) {
            throw new MisconfiguredException("'" + target + "' needs both a user and a password, or none");
        }
        this.digest = target.user().map(user -> user + ":" + target.password().orElseThrow());
        this.namespace = Space.namespace(chroot(target), target.namespace());
        this.tls = Tls.of(target);
        this.text = target.toString();
    }

    private static String chroot(Target target) {
        String path = target.path();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (path.contains("//")
                || path.contains("/./")
                || path.contains("/../")
                || path.chars().anyMatch(c -> c < ' ')) {
            throw new MisconfiguredException("'" + target.path() + "' is no path of a ZooKeeper node");
        }
        return path;
    }

    /** The namespace's node. */
    String namespace() {
        return namespace;
    }

    int serversNamed() {
        return hosts.size();
    }

    String connectString() {
        return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
    }

    HostProvider hosts() {
        Hosts fresh = new Hosts(hosts, tls::restore);
        latest = fresh;
        return fresh;
    }

    /** Why the latest connection does not come about, as a sentence to go on with, or nothing. */
    String trouble() {
        Hosts hosts = latest;
        String trouble = hosts == null ? null : hosts.trouble();
        return trouble == null ? "" : ": " + trouble;
    }

    ZKClientConfig clientConfig() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKConfig.JUTE_MAXBUFFER, String.valueOf(LARGEST_REPLY));
        // Without this it looks for a JAAS configuration, and warns that there is none.
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        tls.configure(config);
        return config;
    }

    void authenticate(ZooKeeper client) {
        digest.ifPresent(secret -> client.addAuthInfo("digest", secret.getBytes(StandardCharsets.UTF_8)));
    }

    /** With a password, only those who have it see and change what we create. */
    List<ACL> acl() {
        return digest.isPresent() ? ZooDefs.Ids.CREATOR_ALL_ACL : ZooDefs.Ids.OPEN_ACL_UNSAFE;
    }

    /** Forgets what was stored for the connections. */
    void close() {
        tls.close();
    }

    @Override
    public String toString() {
        return text;
    }
}
