package dev.conclave.zookeeper;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
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
    private static final FileAttribute<?> OWNERS_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Optional<Path> authorities;
    private final Optional<Path> identity;
    /** What the file of {@link #identity} is written from, where it is ours. */
    private final Optional<Sources> sources;

    private boolean closed;

    private record Sources(Path certificate, Path key) {
        void join(Path into) throws IOException {
            Files.writeString(into, Files.readString(key) + "\n" + Files.readString(certificate));
        }
    }

    private Tls(Optional<Path> authorities, Optional<Path> identity, Optional<Sources> sources) {
        this.authorities = authorities;
        this.identity = identity;
        this.sources = sources;
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
            return new Tls(authorities, certificate, Optional.empty());
        }
        Sources sources = new Sources(certificate.get(), key.orElseThrow());
        return new Tls(authorities, Optional.of(joined(sources)), Optional.of(sources));
    }

    private static Optional<Path> file(Target target, String option) {
        Optional<Path> file = target.option(option).map(Path::of);
        file.filter(path -> !Files.isReadable(path)).ifPresent(path -> {
            throw new MisconfiguredException(option + " names " + path + ", which cannot be read");
        });
        return file;
    }

    /** The client reads a certificate and its key from one file, anew for each connection. */
    private static Path joined(Sources sources) throws IOException {
        Path joined = Files.createTempFile("conclave", ".pem", OWNERS_ONLY);
        joined.toFile().deleteOnExit();
        sources.join(joined);
        return joined;
    }

    /** Writes that file again if it is missing: what clears folders for temporary files away knows nothing of us. */
    synchronized void restore() {
        Path made = identity.orElse(null);
        if (closed || sources.isEmpty() || made == null || Files.exists(made)) {
            return;
        }
        try {
            Files.createFile(made, OWNERS_ONLY);
            sources.get().join(made);
        } catch (IOException e) {
            log.warn("{}, the certificate and key for ZooKeeper, is gone and cannot be written again", made, e);
            delete(made);
        }
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

    synchronized void close() {
        closed = true;
        Path made = sources.isPresent() ? identity.orElse(null) : null;
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
