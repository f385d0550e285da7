package dev.conclave.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A driver's interests")
class InterestsTest {
    private static final SessionId ADA = new SessionId("ada", "1");
    private static final ClaimId REQUEST = new ClaimId(new ClaimKey(ClaimKey.Kind.LOCK, "x"), ADA, 7);
    private static final Subject GROUP = new Subject.Group("workers");

    private final List<Subject> woken = new ArrayList<>();
    private final Interests<String> interests = new Interests<>(Object::toString);

    @Test
    @DisplayName("wake what is watched, waits or lives, until it is no more")
    void wake() {
        interests.begin(ADA);
        interests.waitFor(REQUEST);
        assertThat(interests.watch(GROUP)).isTrue();
        assertThat(interests.watch(GROUP)).isFalse();
        List<Subject> all = List.of(new Subject.Session(ADA), new Subject.Request(REQUEST), GROUP);

        all.forEach(subject -> interests.wake(subject.toString(), woken::add));
        assertThat(woken).isEqualTo(all);

        woken.clear();
        interests.unwatch(GROUP);
        interests.waitNoMore(REQUEST);
        interests.end(ADA);
        all.forEach(subject -> interests.wake(subject.toString(), woken::add));
        assertThat(woken).isEmpty();
    }

    @Test
    @DisplayName("of a session that ends go with it")
    void endWithTheirSession() {
        interests.begin(ADA);
        interests.waitFor(REQUEST);
        interests.end(ADA);

        interests.wakeAll(woken::add);
        assertThat(woken).isEmpty();
    }

    @Test
    @DisplayName("do not note a request of a session that has ended")
    void lateRequest() {
        interests.begin(ADA);
        assertThat(interests.waitFor(REQUEST)).isTrue();
        interests.end(ADA);

        assertThat(interests.waitFor(REQUEST)).isFalse();

        assertThat(interests.waiting()).isZero();
    }

    @Test
    @DisplayName("know which sessions live and how many requests wait")
    void counts() {
        assertThat(interests.has(ADA)).isFalse();
        interests.begin(ADA);
        interests.waitFor(REQUEST);
        interests.waitFor(REQUEST);
        assertThat(interests.has(ADA)).isTrue();
        assertThat(interests.waiting()).isEqualTo(1);

        interests.waitNoMore(Set.of(new ClaimId(REQUEST.key(), ADA, 8)));
        assertThat(interests.waiting()).isEqualTo(1);
        interests.waitNoMore(Set.of(REQUEST));
        assertThat(interests.waiting()).isZero();
        interests.end(ADA);
        assertThat(interests.has(ADA)).isFalse();
    }

    @Test
    @DisplayName("in requests that wait can be woken without the others")
    void wakeWaiting() {
        interests.begin(ADA);
        interests.waitFor(REQUEST);
        interests.watch(GROUP);

        interests.wakeWaiting(woken::add);
        assertThat(woken).containsExactly(new Subject.Request(REQUEST));
    }

    @Test
    @DisplayName("can be woken all at once")
    void wakeAll() {
        interests.begin(ADA);
        interests.waitFor(REQUEST);
        interests.watch(GROUP);

        interests.wakeAll(woken::add);
        assertThat(woken).containsExactlyInAnyOrder(new Subject.Session(ADA), new Subject.Request(REQUEST), GROUP);
    }
}
