package dev.conclave.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.MisconfiguredException;
import dev.conclave.kit.Await;
import dev.conclave.kit.Deployments;
import dev.conclave.servers.Certificates;
import dev.conclave.servers.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A secured server")
class SecuredServerTest {
    /** The rights that a user needs, as docs/guide/redis.md lists them. */
    private static final String RIGHTS = "~conclave:{billing}:* &conclave:{billing}:*"
            + " -@all +eval +evalsha +time +@hash +@sortedset +exists +del +publish +subscribe +unsubscribe";

    private static void refuse(String url, String says) {
        Deployments.refuse(url, "wrong-one", MisconfiguredException.class, says);
    }

    @Test
    @DisplayName("serves a user who may do no more than what the guide lists")
    void minimalRights() throws Exception {
        try (RedisServer server = RedisServer.options()
                .password("secret")
                .user("conclave on >pa@ss " + RIGHTS)
                .start()) {
            Deployments.use("redis://conclave:pa%40ss@" + server.authority() + "?namespace=billing");
        }
    }

    @Test
    @DisplayName("tells a user who may not read another namespace's keys that rights are missing, and not the password")
    void missingRights() throws Exception {
        try (RedisServer server = RedisServer.options()
                .password("secret")
                .user("conclave on >pass " + RIGHTS)
                .start()) {
            try (Coordinator ada =
                    Conclave.connect("redis://conclave:pass@" + server.authority() + "?namespace=other", "ada")) {
                assertThatThrownBy(() -> ada.lock("invoice").tryAcquire())
                        .isInstanceOf(MisconfiguredException.class)
                        .hasMessageContaining("rights");
            }
            refuse("redis://" + server.authority(), "password");
            refuse("redis://conclave:wrong-one@" + server.authority(), "user conclave");
        }
    }

    @Test
    @DisplayName("speaks TLS to who trusts its authority, and not to others")
    void encrypted(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder);
        Path authority = certificates.authority("ca");
        Path other = certificates.authority("other");
        Path certificate = certificates.issued("server", "ca");
        Path key = certificates.key("server");
        try (RedisServer server =
                RedisServer.options().tls(authority, certificate, key).start()) {
            String url = "rediss://" + server.authority();
            Deployments.use(url + "?tls-ca=" + authority);
            idle(url + "?ttl=6s&tls-ca=" + authority);
            refuse(url + "?tls-ca=" + other, "TLS");
            refuse(url, "TLS");
            refuse(url + "?tls-ca=" + folder.resolve("none.pem"), "tls-ca");
            String shown = "&tls-certificate=" + certificate + "&tls-key=" + key;
            Deployments.use(url + "?tls-ca=" + authority + shown);
        }
    }

    /** Time-outs while nothing comes, of one second each, must not harm the connection: renewals come every two. */
    private static void idle(String url) throws Exception {
        try (Coordinator ada = Conclave.connect(url, "ada")) {
            Grant grant = ada.lock("idle").acquire();
            for (int i = 0; i < 2; i++) {
                Await.until("idle time to pass", () -> grant.validFor().toMillis() < 4_800);
                Await.until("a renewal", () -> grant.validFor().toMillis() > 4_800);
            }
            assertThat(grant.isValid()).isTrue();
            assertThat(grant.verify()).isTrue();
        }
    }
}
