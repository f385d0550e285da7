package dev.conclave.ipc;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Names;
import dev.conclave.spi.Target;
import dev.conclave.table.Digests;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which store: a name and a namespace, and the key under which the kernel knows it.
 *
 * @param name what follows {@code ipc:///}
 * @param namespace the namespace
 */
record StoreName(String name, String namespace) {
    private static final String DEFAULT_NAMESPACE = "conclave";

    static StoreName of(Target target) {
        if (!target.hosts().isEmpty() || target.user().isPresent()) {
            throw new MisconfiguredException(
                    target + " names a host, but an ipc: store is on this one; write ipc:///name, with three slashes");
        }
        String name = target.path().startsWith("/") ? target.path().substring(1) : target.path();
        if (name.isEmpty()) {
            throw new MisconfiguredException(target + " names no store; write ipc:///name");
        }
        return new StoreName(Names.checked("store", name), target.namespace());
    }

    /** As it is kept in the segment: no two stores have the same. */
    String full() {
        return name.length() + ":" + name + namespace;
    }

    static StoreName parse(String full) {
        int colon = full.indexOf(':');
        int end = colon + 1 + Integer.parseInt(full.substring(0, colon));
        return new StoreName(full.substring(colon + 1, end), full.substring(end));
    }

    /** Positive, and never that of the kernel for private things. Two stores may have the same. */
    int key() {
        int hash = ByteBuffer.wrap(Digests.sha256("conclave ipc " + full())).getInt();
        return Math.max(1, hash & Integer.MAX_VALUE);
    }

    /** A URL that leads to it. */
    @Override
    public String toString() {
        String url = "ipc:///" + encoded(name);
        return namespace.equals(DEFAULT_NAMESPACE) ? url : url + "?namespace=" + encoded(namespace);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
