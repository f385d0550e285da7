package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.Names;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A server, which forgets all when it restarts. */
final class MemcachedSite extends OneServer<MemcachedServer> {
    MemcachedSite() throws IOException, InterruptedException {
        super(MemcachedServer.options().start());
    }

    @Override
    public String driver() {
        return "memcached";
    }

    @Override
    public String deployment() {
        return "one server";
    }

    @Override
    public String version() throws IOException {
        return "memcached " + server().command("version").get(0).replace("VERSION ", "");
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "memcached://" + Sites.authority(addresses);
    }

    @Override
    public Set<Kind> more() {
        return Set.of(Kind.FLUSH);
    }

    @Override
    public void flush() throws IOException {
        server().command("flush_all");
    }

    @Override
    public Map<String, Long> residue() throws Exception {
        String prefix = "key=conclave%3A" + Names.encoded(Site.NAMESPACE) + "%3A";
        Map<String, Long> residue = keys().stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> "key " + line.substring(prefix.length()).split(" ", -1)[0])
                .collect(Collectors.groupingBy(key -> key, TreeMap::new, Collectors.counting()));
        residue.put("connections", connections());
        return residue;
    }

    /** The server looks through its keys by one who asks at a time, and is busy with its own looking now and then. */
    private List<String> keys() throws Exception {
        return Await.value(
                "the keys",
                () -> Optional.of(server().command("lru_crawler metadump hash"))
                        .filter(lines -> lines.stream().noneMatch(line -> line.startsWith("BUSY"))));
    }

    /** But for the one that asks, and those by which the server listens and its threads speak with each other. */
    private long connections() throws IOException {
        return server().command("stats conns").stream()
                        .filter(line -> line.contains(":addr tcp:"))
                        .filter(line -> !line.endsWith(":" + server().address().getPort()))
                        .count()
                - 1;
    }
}
