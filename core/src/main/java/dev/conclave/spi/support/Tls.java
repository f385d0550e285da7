package dev.conclave.spi.support;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.Target;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS from PEM files, by options that are named alike on every driver. */
public final class Tls {
    /** To be among the options of a driver that can use TLS. */
    public static final List<DriverOption> OPTIONS = List.of(
            new DriverOption(
                    "tls-ca", "PEM file of the certificate authorities to trust; those of the Java runtime", false),
            new DriverOption("tls-certificate", "PEM file of the certificate to show to the server; none", false),
            new DriverOption("tls-key", "PEM file of that certificate's key, PKCS #8 and unencrypted", false));

    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519", "Ed448");
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final char[] NO_PASSWORD = {};

    private Tls() {}

    /**
     * The context that the options of a target ask for.
     *
     * @throws MisconfiguredException naming the option and what is wrong with its file
     */
    public static SSLContext context(Target target) {
        TrustManager @Nullable [] trust = target.option("tls-ca")
                .map(file -> trusting("tls-ca", Path.of(file)))
                .orElse(null);
        KeyManager @Nullable [] keys = clientKeys(target).orElse(null);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new MisconfiguredException("TLS cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * What encrypts the connections to a target, or null if they are not to be encrypted.
     *
     * @param encrypted whether the URL asks for TLS, by its scheme or an option
     * @param how to ask for it
     * @throws MisconfiguredException if an option for TLS stands in a URL that does not ask for it: all would go in the clear
     */
    public static @Nullable SSLSocketFactory sockets(Target target, boolean encrypted, String how) {
        if (encrypted) {
            return context(target).getSocketFactory();
        }
        for (DriverOption option : OPTIONS) {
            if (target.option(option.name()).isPresent()) {
                throw new MisconfiguredException("option " + option.name() + " is for TLS, which a URL with "
                        + target.scheme() + ": does not use by itself; write " + how);
            }
        }
        return null;
    }

    /**
     * What shows the client's certificate, if the options of a target name one.
     *
     * @throws MisconfiguredException naming the option and what is wrong with its file
     */
    public static Optional<KeyManager[]> clientKeys(Target target) {
        Optional<Path> certificate = target.option("tls-certificate").map(Path::of);
        Optional<Path> key = target.option("tls-key").map(Path::of);
        if (certificate.isPresent() != key.isPresent()) {
            throw new MisconfiguredException("options tls-certificate and tls-key must be given together");
        }
        return certificate.map(file -> showing(file, key.orElseThrow()));
    }

    private static TrustManager[] trusting(String option, Path file) {
        try {
            KeyStore store = empty();
            int count = 0;
            for (Certificate authority : certificates(option, file)) {
                store.setCertificateEntry("ca-" + count++, authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(option, file, e);
        }
    }

    private static KeyManager[] showing(Path certificate, Path key) {
        try {
            KeyStore store = empty();
            Certificate[] chain = certificates("tls-certificate", certificate).toArray(Certificate[]::new);
            store.setKeyEntry("client", privateKey(key), NO_PASSWORD, chain);
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw unusable("tls-certificate", certificate, e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(String option, Path file) {
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (found.isEmpty()) {
                throw new MisconfiguredException("option " + option + ": " + file + " holds no certificate in PEM");
            }
            return found;
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(option, file, e);
        }
    }

    private static PrivateKey privateKey(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END);
            if (begin < 0 || end < begin) {
                throw new MisconfiguredException("option tls-key: " + file
                        + " holds no unencrypted PKCS #8 key in PEM; convert it with openssl pkcs8 -topk8 -nocrypt");
            }
            byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            return decoded(file, new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw unusable("tls-key", file, e);
        }
    }

    /** A PKCS #8 key names its kind within; the JDK wants to be told, so each kind is tried. */
    private static PrivateKey decoded(Path file, PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // of another kind
            }
        }
        throw new MisconfiguredException(
                "option tls-key: " + file + " holds a key that is none of " + String.join(", ", KEY_KINDS));
    }

    private static MisconfiguredException unusable(String option, Path file, Exception cause) {
        return new MisconfiguredException(
                "option " + option + ": " + file + " cannot be used: " + cause.getMessage(), cause);
    }
}
