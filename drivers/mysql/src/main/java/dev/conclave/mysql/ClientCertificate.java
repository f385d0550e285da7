package dev.conclave.mysql;

import javax.net.ssl.KeyManager;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;

/** Shows a certificate from PEM files to the server, where the client library itself wants a key store. */
public final class ClientCertificate extends DefaultTlsSocketPlugin {
    static final String TYPE = "CONCLAVE";

    private static final ThreadLocal<KeyManager @Nullable []> CONNECTING = new ThreadLocal<>();

    /** For {@link java.util.ServiceLoader}. */
    public ClientCertificate() {}

    /** For the connections that this thread makes until it says otherwise. */
    static void show(KeyManager @Nullable [] keys) {
        CONNECTING.set(keys);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public KeyManager @Nullable [] getKeyManager(Configuration configuration, ExceptionFactory exceptions) {
        return CONNECTING.get();
    }
}
