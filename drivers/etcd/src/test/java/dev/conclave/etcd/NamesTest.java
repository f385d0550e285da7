package dev.conclave.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Names of keys")
class NamesTest {
    @Test
    @DisplayName("are derived as they always were: members of different versions must agree")
    void goldenVectors() throws IOException {
        StringBuilder derived = new StringBuilder();
        for (String namespace : List.of("conclave", "Billing", "a/b", "..", "größe", "a b%")) {
            line(derived, "namespace " + namespace, new Keys("/root", namespace).life());
        }
        Keys keys = new Keys("", "conclave");
        SessionId session = new SessionId("ada/1", "0123456789abcdefghijklmnop");
        line(derived, "session", keys.session(session.incarnation()));
        derived.append("lease = ").append(Keys.lease(session)).append('\n');
        for (ClaimKey.Kind kind : ClaimKey.Kind.values()) {
            ClaimId id = new ClaimId(new ClaimKey(kind, "invoice/42"), session, 7);
            line(derived, "claim again", keys.claimAgain(id, false));
            line(derived, "claim x", keys.claim(id, false));
            line(derived, "claim s", keys.claim(id, true));
            line(derived, "end", Keys.end(keys.claims(id.key())));
        }
        line(derived, "group name", keys.groupName("workers/1"));
        line(derived, "group", keys.group("workers/1"));
        line(derived, "member ada/1", keys.member("workers/1", "ada/1"));
        Life life = Life.begin(1_700_000_000_123_456L, "unique");
        derived.append("revision 42 = ").append(life.number(42)).append('\n');

        try (var golden = NamesTest.class.getResourceAsStream("names.txt")) {
            assertThat(derived).hasToString(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static void line(StringBuilder text, String what, ByteString derived) {
        text.append(what).append(" = ").append(Keys.text(derived)).append('\n');
    }
}
