package dev.conclave.kit.line;

import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Target;
import java.util.ServiceLoader;

/** The drivers on the class path, for the parts of the kit that speak to one directly. */
public final class Providers {
    private Providers() {}

    /** The provider that serves the URL's scheme. */
    public static DriverProvider forUrl(String url) {
        String scheme = Target.schemeOf(url);
        for (DriverProvider provider : ServiceLoader.load(DriverProvider.class, Providers.class.getClassLoader())) {
            if (provider.info().schemes().contains(scheme)) {
                return provider;
            }
        }
        throw new IllegalStateException("no driver for " + scheme + ": is on the class path of the conformance kit");
    }
}
