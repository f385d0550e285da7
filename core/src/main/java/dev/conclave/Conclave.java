package dev.conclave;

import dev.conclave.engine.Engine;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Names;
import dev.conclave.spi.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The way in.
 *
 * <pre>{@code
 * try (Coordinator c = Conclave.connect("file:/var/lib/billing", "billing-7")) {
 *     try (Grant grant = c.lock("invoice-42").acquire(Duration.ofSeconds(5))) {
 *         store.save(invoice, grant.fencingToken());
 *     }
 * }
 * }</pre>
 */
public final class Conclave {
    private Conclave() {}

    /**
     * Connects a member to a backend, with the options that the URL gives.
     *
     * @param url which backend: {@code file:/dir}, {@code memory:name} and so on; see {@link #drivers()}
     * @param member the member's id: any non-empty Unicode text up to 512 bytes of UTF-8, unique among
     *     those that run at one time
     * @throws MisconfiguredException if the URL or the member id is wrong
     * @throws UnsupportedDeploymentException if the backend as deployed cannot keep the driver's promises
     * @throws BackendUnavailableException if the backend does not answer
     * @throws InterruptedException if interrupted while connecting; nothing is left behind
     */
    public static Coordinator connect(String url, String member) throws InterruptedException {
        return connect(url, member, ConnectOptions.defaults());
    }

    /** As {@link #connect(String, String)}, with options beside those of the URL. */
    public static Coordinator connect(String url, String member, ConnectOptions options) throws InterruptedException {
        Names.checked("member", member);
        String scheme = Target.schemeOf(url);
        DriverProvider provider = provider(scheme);
        Target target = Target.parse(url, options.texts(), provider.options());
        return Engine.connect(provider, target, member, options);
    }

    /** The drivers on the class path or module path, by name. */
    public static List<DriverInfo> drivers() {
        return providers().stream()
                .map(DriverProvider::info)
                .sorted(Comparator.comparing(DriverInfo::name))
                .toList();
    }

    private static DriverProvider provider(String scheme) {
        List<DriverProvider> providers = providers();
        for (DriverProvider provider : providers) {
            if (provider.info().schemes().contains(scheme)) {
                return provider;
            }
        }
        List<String> found = providers.stream()
                .flatMap(provider -> provider.info().schemes().stream())
                .sorted()
                .map(name -> name + ":")
                .toList();
        throw new MisconfiguredException("no driver for " + scheme + ": URLs; found " + String.join(", ", found)
                + ". Is the driver's module, conclave-" + scheme + ", on the class path?");
    }

    private static List<DriverProvider> providers() {
        List<DriverProvider> found = new ArrayList<>();
        ServiceLoader.load(DriverProvider.class, Conclave.class.getClassLoader())
                .forEach(found::add);
        return found;
    }
}
