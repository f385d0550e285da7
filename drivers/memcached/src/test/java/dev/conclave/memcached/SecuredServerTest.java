package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.MisconfiguredException;
import dev.conclave.kit.Deployments;
import dev.conclave.servers.Certificates;
import dev.conclave.servers.MemcachedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A secured server")
class SecuredServerTest {
    private static void refuse(String url, String says) {
        Deployments.refuse(url, "wrong-one", MisconfiguredException.class, says);
    }

    @Test
    @DisplayName("serves who has the password, and refuses others without telling it")
    void password() throws Exception {
        try (MemcachedServer server =
                MemcachedServer.options().user("conclave", "pa@ss").start()) {
            Deployments.use("memcached://conclave:pa%40ss@" + server.authority());
            refuse("memcached://" + server.authority(), "USER:PASSWORD");
            refuse("memcached://conclave:wrong-one@" + server.authority(), "user conclave");
        }
    }

    @Test
    @DisplayName("that asks for no password is not told one: it would store it for all to see")
    void needless() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start()) {
            Deployments.use("memcached://conclave:secret@" + server.authority());
            assertThat(server.command("lru_crawler metadump hash"))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("key=conclave%3A"));
        }
    }

    @Test
    @DisplayName("speaks TLS to who trusts its authority, and not to others")
    void encrypted(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Certificates certificates = new Certificates(folder);
        Path authority = certificates.authority("ca");
        Path other = certificates.authority("other");
        Path certificate = certificates.issued("server", "ca");
        try (MemcachedServer server = MemcachedServer.options()
                .tls(certificate, certificates.key("server"))
                .start()) {
            String url = "memcacheds://" + server.authority();
            Deployments.use(url + "?tls-ca=" + authority);
            refuse(url + "?tls-ca=" + other, "TLS");
            refuse(url, "TLS");
        }
    }
}
