package dev.conclave.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.util.ArrayList;
import java.util.List;
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
    @DisplayName("can be woken all at once")
    void wakeAll() {
        interests.begin(ADA);
        interests.waitFor(REQUEST);
        interests.watch(GROUP);

        interests.wakeAll(woken::add);
        assertThat(woken).containsExactlyInAnyOrder(new Subject.Session(ADA), new Subject.Request(REQUEST), GROUP);
    }
}
