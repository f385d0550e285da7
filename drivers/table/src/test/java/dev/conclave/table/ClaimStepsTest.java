package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply.Busy;
import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.ClaimReply.NoSession;
import dev.conclave.spi.ClaimReply.Waiting;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A claim in the table")
class ClaimStepsTest extends StepsTestBase {
    @Test
    @DisplayName("is granted, repeated with the same token, and given up once")
    void grantAndRelease() {
        long token = token(claim(ADA, 1));

        assertThat(claim(ADA, 1)).isEqualTo(new Granted(token));
        assertThat(status().holders()).singleElement().satisfies(holding -> {
            assertThat(holding.id()).isEqualTo(id(ADA, 1));
            assertThat(holding.payload()).isEqualTo("hello");
            assertThat(holding.expiresIn()).isEqualTo(TTL);
        });
        assertThat(release(ADA, 1)).isEqualTo(Released.HELD);
        assertThat(release(ADA, 1)).isEqualTo(Released.NOTHING);
        assertThat(token(claim(BOB, 1))).isGreaterThan(token);
    }

    @Test
    @DisplayName("is handed to the first in the queue by the release itself, who alone is woken")
    void handOver() {
        claim(ADA, 1);
        assertThat(claim(BOB, 1)).isInstanceOf(Waiting.class);
        assertThat(claim(CYD, 1)).isInstanceOf(Waiting.class);
        assertThat(request(CYD, 2, false, false)).isEqualTo(new Busy());
        table.wakes();

        release(ADA, 1);

        assertThat(table.wakes()).containsExactly(new Wake(table.place(), hash(id(BOB, 1))));
        assertThat(status().holders()).extracting(ClaimStatus.Holding::id).containsExactly(id(BOB, 1));
        assertThat(status().waiters()).isEqualTo(1);
        assertThat(release(CYD, 1)).isEqualTo(Released.WAITING);
    }

    @Test
    @DisplayName("is not granted past an earlier one, shared or not")
    void fairness() {
        share(ADA, 1);
        assertThat(share(BOB, 1)).isInstanceOf(Granted.class);
        assertThat(claim(CYD, 1)).isInstanceOf(Waiting.class);
        assertThat(share(ADA, 2)).isInstanceOf(Waiting.class);
        assertThat(share(BOB, 2)).isInstanceOf(Waiting.class);

        release(ADA, 1);
        assertThat(claim(CYD, 1)).isInstanceOf(Waiting.class);
        release(BOB, 1);
        assertThat(claim(CYD, 1)).isInstanceOf(Granted.class);

        table.wakes();
        release(CYD, 1);
        assertThat(table.wakes()).hasSize(2);
        assertThat(status().holders()).hasSize(2).allMatch(ClaimStatus.Holding::shared);
    }

    @Test
    @DisplayName("ends with its session's time-to-live, for all at one instant, and never comes back")
    void expiry() {
        claim(ADA, 1);
        claim(BOB, 1);
        pass(TTL.minusNanos(1));
        renew(BOB);
        assertThat(claim(BOB, 1)).isInstanceOf(Waiting.class);

        pass(Duration.ofNanos(1));

        assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
        assertThat(renew(ADA)).isEqualTo(new Renewal.NoSession());
        assertThat(claim(ADA, 1)).isEqualTo(new NoSession());
        assertThat(release(ADA, 1)).isEqualTo(Released.NOTHING);
    }

    @Test
    @DisplayName("ends with its process, as soon as the kernel says so")
    void deathOfAProcess() {
        Table other = shared.open();
        int place = other.register(2);
        SessionId dan = new SessionId("dan", "d1");
        other.sessions().open(dan, other.self(), TTL);
        other.claims().claim(new ClaimRequest(id(dan, 1), false, true, ""));
        other.commit();
        assertThat(claim(ADA, 1)).isInstanceOf(Waiting.class);

        shared.dead.add(place);
        table.wakes();
        table.sweepNow();

        assertThat(table.wakes()).contains(new Wake(table.place(), hash(id(ADA, 1))));
        assertThat(claim(ADA, 1)).isInstanceOf(Granted.class);
    }

    @Test
    @DisplayName("that is broken goes to the next; the holder is told, and sees it when it renews")
    void breaking() {
        long token = token(claim(ADA, 1));
        claim(BOB, 1);
        table.wakes();

        assertThat(step(() -> table.claims().breakClaim(LOCK, token + 1))).isFalse();
        assertThat(step(() -> table.claims().breakClaim(LOCK, 0))).isFalse();
        assertThat(step(() -> table.claims().breakClaim(LOCK, token))).isTrue();

        assertThat(table.wakes())
                .containsExactlyInAnyOrder(
                        new Wake(table.place(), Subjects.hash(ADA)), new Wake(table.place(), hash(id(BOB, 1))));
        assertThat(renew(ADA, id(ADA, 1))).isEqualTo(new Renewal.Renewed(Set.of(id(ADA, 1)), Set.of()));
        assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
    }

    @Test
    @DisplayName("of a name that nobody claims leaves nothing behind, however many names there are")
    void growth() {
        int blocks = used();
        for (int i = 0; i < 100_000; i++) {
            ClaimKey key = new ClaimKey(ClaimKey.Kind.LOCK, "name " + i);
            ClaimId id = new ClaimId(key, ADA, i + 10);
            step(() -> table.claims().claim(new ClaimRequest(id, false, true, "")));
            step(() -> table.claims().release(id));
            table.maintain();
        }
        assertThat(used()).isEqualTo(blocks);
        assertThat(shared.size).isLessThan(1_000_000);
    }

    @Test
    @DisplayName("of a lock and of an election, and of names that are alike, do not meet")
    void names() {
        List<String> names = List.of("a", "a/b", "A", "a ", "ä", "a\u0308", "%", "*", "x".repeat(512), "x".repeat(511));
        for (ClaimKey.Kind kind : ClaimKey.Kind.values()) {
            for (String name : names) {
                ClaimId id = new ClaimId(new ClaimKey(kind, name), ADA, 1);
                assertThat(step(() -> table.claims().claim(new ClaimRequest(id, false, false, ""))))
                        .isInstanceOf(Granted.class);
            }
            assertThat(step(() -> table.claims().list(kind)))
                    .extracting(status -> status.key().name())
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    @Test
    @DisplayName("does not care for hundreds of dead ones before it")
    void manyDeadWaiters() {
        claim(ADA, 1);
        for (int i = 0; i < 400; i++) {
            SessionId ghost = new SessionId("ghost", "g" + i);
            step(() -> table.sessions().open(ghost, table.self(), Duration.ofSeconds(1)));
            share(ghost, 1);
            claim(ghost, 2);
        }
        claim(BOB, 1);
        pass(Duration.ofSeconds(1));

        release(ADA, 1);

        assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
        assertThat(status().waiters()).isZero();
        for (int i = 0; i < 20; i++) {
            table.sweepNow();
        }
    }

    @Test
    @DisplayName("lets in hundreds of sharers at once")
    void manySharers() {
        claim(ADA, 1);
        for (int i = 2; i < 1500; i++) {
            share(BOB, i);
        }
        release(ADA, 1);
        assertThat(status().holders()).hasSize(1498);
    }
}
