package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.kit.line.Providers;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Leftover;
import dev.conclave.spi.Target;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Shared memory under semaphores. There is no server, so only members can be broken; but an operator can remove the store. */
final class IpcSite implements Site {
    private final String url = "ipc:///faults/" + UUID.randomUUID();
    private final DriverProvider provider = Providers.forUrl(url);

    @Override
    public String driver() {
        return "ipc";
    }

    @Override
    public String deployment() {
        return "shared memory";
    }

    @Override
    public String version() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return url;
    }

    private List<Leftover> stores() {
        return provider.leftovers().stream()
                .filter(store -> store.url().startsWith(url))
                .toList();
    }

    /** The store stays until somebody removes it, or the host restarts. */
    @Override
    public Map<String, Long> residue() {
        return Map.of(
                "stores", (long) stores().size(),
                "processes", stores().stream().mapToLong(Leftover::processes).sum(),
                "bytes", stores().stream().mapToLong(Leftover::bytes).sum());
    }

    @Override
    public Set<Kind> more() {
        return Set.of(Kind.FLUSH);
    }

    @Override
    public void flush() {
        close();
    }

    @Override
    public void close() {
        for (Leftover store : stores()) {
            provider.removeLeftover(Target.parse(store.url(), Map.of(), provider.options()), true);
        }
    }
}
