package dev.conclave.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates for servers and clients of this machine, as PEM files of a folder; made by {@code openssl}, valid for two days. */
public final class Certificates {
    private final Path folder;

    /** Makes none yet. */
    public Certificates(Path folder) {
        this.folder = folder;
    }

    /** The certificate of an authority of that name. */
    public Path authority(String name) throws IOException, InterruptedException {
        return make(name, List.of());
    }

    /** A certificate for 127.0.0.1, as server or client, issued by an authority that was made before. */
    public Path issued(String name, String authority) throws IOException, InterruptedException {
        return make(
                name,
                List.of(
                        "-CA",
                        file(authority).toString(),
                        "-CAkey",
                        key(authority).toString(),
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-addext",
                        "basicConstraints=critical,CA:FALSE"));
    }

    /** The private key that belongs to a certificate. */
    public Path key(String name) {
        return folder.resolve(name + ".key");
    }

    private Path file(String name) {
        return folder.resolve(name + ".pem");
    }

    private Path make(String name, List<String> more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"));
        command.addAll(List.of(
                "/CN=" + name,
                "-keyout",
                key(name).toString(),
                "-out",
                file(name).toString()));
        command.addAll(more);
        Path log = folder.resolve("openssl.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("openssl made no certificate: " + Files.readString(log));
        }
        return file(name);
    }
}
