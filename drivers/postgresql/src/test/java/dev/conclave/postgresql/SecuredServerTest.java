package dev.conclave.postgresql;

import dev.conclave.MisconfiguredException;
import dev.conclave.kit.Deployments;
import dev.conclave.servers.Certificates;
import dev.conclave.servers.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A PostgreSQL server with TLS")
class SecuredServerTest {
    @Test
    @DisplayName("serves who trusts its authority and shows a certificate, and nobody else")
    void encrypted(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Certificates certificates = new Certificates(folder);
        Path authority = certificates.authority("ca");
        Path other = certificates.authority("other");
        Path certificate = certificates.issued("server", "ca");
        Path mine = certificates.issued(PostgresServer.USER, "ca");
        try (PostgresServer server = PostgresServer.start()) {
            server.secure(certificate, certificates.key("server"), authority);
            String url = "postgresql://" + PostgresServer.USER + ":" + PostgresServer.PASSWORD + "@"
                    + server.authority() + "/postgres";

            Deployments.use(url + "?tls-ca=" + authority);
            Deployments.use(url + "?tls=require");
            refuse(url + "?tls-ca=" + other, "not trusted", "tls-ca");

            server.allowOnly("hostssl all all all scram-sha-256 clientcert=verify-full");
            refuse(url + "?tls-ca=" + authority, "certificate");
            refuse(url + "?tls=disable", "pg_hba.conf");
            Deployments.use(url + "?tls-ca=" + authority + "&tls-certificate=" + mine + "&tls-key="
                    + certificates.key(PostgresServer.USER));
        }
    }

    private static void refuse(String url, String... says) throws Exception {
        Deployments.refuse(url, PostgresServer.PASSWORD, MisconfiguredException.class, says);
    }
}
