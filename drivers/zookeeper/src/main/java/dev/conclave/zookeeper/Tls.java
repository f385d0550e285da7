package dev.conclave.zookeeper;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options for TLS, as the client wants them: over Netty, from PEM files. */
final class Tls {
    private static final Logger log = LoggerFactory.getLogger(Tls.class);
    private static final String PEM = "PEM";

    private final Optional<Path> authorities;
    private final Optional<Path> identity;
    private final boolean temporary;

    private Tls(Optional<Path> authorities, Optional<Path> identity, boolean temporary) {
        this.authorities = authorities;
        this.identity = identity;
        this.temporary = temporary;
    }

    static Tls of(Target target) throws IOException {
        Optional<Path> authorities = file(target, "tls-ca");
        Optional<Path> certificate = file(target, "tls-certificate");
        Optional<Path> key = file(target, "tls-key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new MisconfiguredException("tls-certificate and tls-key need each other");
        }
        if (authorities.isEmpty() && certificate.isPresent()) {
            throw new MisconfiguredException("tls-certificate needs tls-ca, the authorities to trust");
        }
        if (certificate.isEmpty() || certificate.equals(key)) {
            return new Tls(authorities, certificate, false);
        }
        return new Tls(authorities, Optional.of(joined(certificate.get(), key.orElseThrow())), true);
    }

    private static Optional<Path> file(Target target, String option) {
        Optional<Path> file = target.option(option).map(Path::of);
        file.filter(path -> !Files.isReadable(path)).ifPresent(path -> {
            throw new MisconfiguredException(option + " names " + path + ", which cannot be read");
        });
        return file;
    }

    /** The client reads a certificate and its key from one file, anew for each connection. */
    private static Path joined(Path certificate, Path key) throws IOException {
        Path joined = Files.createTempFile(
                "conclave", ".pem", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        joined.toFile().deleteOnExit();
        Files.writeString(joined, Files.readString(key) + "\n" + Files.readString(certificate));
        return joined;
    }

    void configure(ZKClientConfig config) {
        authorities.ifPresent(trusted -> {
            config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
            config.setProperty(
                    ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
            config.setProperty("zookeeper.ssl.trustStore.location", trusted.toString());
            config.setProperty("zookeeper.ssl.trustStore.type", PEM);
        });
        identity.ifPresent(own -> {
            config.setProperty("zookeeper.ssl.keyStore.location", own.toString());
            config.setProperty("zookeeper.ssl.keyStore.type", PEM);
        });
    }

    void close() {
        Path made = temporary ? identity.orElse(null) : null;
        if (made != null) {
            delete(made);
        }
    }

    private static void delete(@Nullable Path made) {
        try {
            if (made != null) {
                Files.deleteIfExists(made);
            }
        } catch (IOException e) {
            log.warn("{} holds a private key and could not be deleted", made, e);
        }
    }
}
