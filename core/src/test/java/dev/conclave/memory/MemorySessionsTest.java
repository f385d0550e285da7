package dev.conclave.memory;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("the memory driver's sessions")
class MemorySessionsTest {
    private static final Renewal RENEWED = new Renewal.Renewed(Set.of(), Set.of());

    private final VirtualTime time = new VirtualTime();
    private final MemoryBackend backend = MemoryBackend.create("sessions", time);
    private final TestMember ada = new TestMember(backend, time, "ada", "a1");
    private final TestMember bob = new TestMember(backend, time, "bob", "b1");

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    @DisplayName("live as long as they are renewed, and for their time-to-live after it")
    void liveWhileRenewed() {
        for (int round = 0; round < 20; round++) {
            time.advance(TestMember.TTL.minus(ofMillis(1)));
            assertThat(ada.renew()).isEqualTo(RENEWED);
        }
        time.advance(TestMember.TTL);
        assertThat(ada.renew()).isEqualTo(new Renewal.NoSession());
    }

    @Test
    @DisplayName("tell their member at the instant they end unrenewed")
    void tellOfExpiry() {
        time.advance(TestMember.TTL.minus(ofMillis(1)));
        assertThat(ada.signals).isEmpty();
        time.advance(ofMillis(1));
        assertThat(ada.signals).containsExactly(new Subject.Session(ada.session));
    }

    @Test
    @DisplayName("may be opened again after a lost reply, which renews them and keeps what they hold")
    void openAgain() {
        ClaimRequest request = ada.request("x");
        ada.take(request);
        time.advance(ofSeconds(9));
        assertThat(ada.driver.openSession(ada.session, TestMember.TTL).join()).isEqualTo(TestMember.TTL);
        time.advance(ofSeconds(9));
        assertThat(ada.driver.renew(ada.session, Set.of(request.id()), Set.of()).join())
                .isEqualTo(RENEWED);
    }

    @Test
    @DisplayName("say at a renewal what of the member's belief is not so")
    void tellWhatIsMissing() {
        ClaimRequest held = ada.request("held");
        ClaimRequest broken = ada.request("broken");
        ClaimRequest waiting = ada.request("bobs");
        bob.take(bob.request("bobs"));
        ada.take(held);
        bob.driver.breakClaim(broken.id().key(), ada.take(broken)).join();
        ada.claim(waiting);
        EnrolmentId in = ada.join("in");
        EnrolmentId out = ada.join("out");
        ada.driver.withdraw(out).join();
        Set<ClaimId> claims = Set.of(held.id(), broken.id(), waiting.id());
        assertThat(ada.driver.renew(ada.session, claims, Set.of(in, out)).join())
                .isEqualTo(new Renewal.Renewed(Set.of(broken.id(), waiting.id()), Set.of(out)));
    }

    @Test
    @DisplayName("take all that hangs on them along when they end")
    void endWithAllTheyHold() {
        ClaimRequest held = ada.request("x");
        ada.take(held);
        ada.join("g");
        ada.driver.endSession(ada.session).join();
        assertThat(bob.claim(bob.request("x"))).isInstanceOf(ClaimReply.Granted.class);
        assertThat(bob.roster("g", -1))
                .extracting("entries")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .isEmpty();
        assertThat(ada.renew()).isEqualTo(new Renewal.NoSession());
        assertThat(ada.signals).isEmpty();
    }

    @Test
    @DisplayName("may be ended twice")
    void endTwice() {
        ada.driver.endSession(ada.session).join();
        assertThat(ada.driver.endSession(ada.session)).isCompleted();
    }

    @Test
    @DisplayName("outlive a connection that is closed, until their time has passed")
    void outliveTheirConnection() {
        ada.take(ada.request("x"));
        ClaimRequest bobs = bob.request("x");
        bob.claim(bobs);
        ada.driver.close().join();
        time.advance(ofSeconds(5));
        bob.renew();
        assertThat(bob.claim(bobs)).isInstanceOf(ClaimReply.Waiting.class);
        time.advance(ofSeconds(5));
        assertThat(bob.claim(bobs)).isInstanceOf(ClaimReply.Granted.class);
    }

    @Test
    @DisplayName("each have their own time-to-live")
    void liveForTheirOwnTime() {
        ada.driver.close().join();
        bob.driver.close().join();
        TestMember eve = new TestMember(backend, time, "eve", "e1");
        dev.conclave.spi.SessionId brief = new dev.conclave.spi.SessionId("eve", "e2");
        eve.driver.openSession(brief, Duration.ofSeconds(1)).join();
        time.advance(ofSeconds(2));
        assertThat(eve.signals).containsExactly(new Subject.Session(brief));
        assertThat(eve.renew()).isEqualTo(RENEWED);
    }
}
