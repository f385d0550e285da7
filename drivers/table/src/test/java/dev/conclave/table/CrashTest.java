package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.RosterReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("After a crash of the machine")
class CrashTest extends StepsTestBase {
    @Test
    @DisplayName("groups are still there, and numbers go on beyond all that were given")
    void restart() {
        long token = token(claim(ADA, 1));
        enrol(ADA, 1, "{}");
        long revision = whole().revision();

        SharedMemory next = shared.afterCrash();
        Table fresh = next.process();

        assertThat(fresh.groups().all()).containsExactly("workers");
        var roster = (RosterReply.Whole) fresh.groups().roster("workers", revision);
        assertThat(roster.entries()).isEmpty();
        assertThat(roster.revision()).isGreaterThan(revision);
        assertThat(fresh.sessions().lives(ADA)).isFalse();
        fresh.sessions().open(BOB, fresh.self(), TTL);
        var reply = fresh.claims().claim(new ClaimRequest(id(BOB, 1), false, true, ""));
        assertThat(token(reply)).isGreaterThan(token);
    }

    @Test
    @DisplayName("no number comes again, in any of many crashes")
    void manyRestarts() {
        SharedMemory memory = shared;
        long last = 0;
        for (int i = 0; i < 20; i++) {
            memory = memory.afterCrash();
            Table fresh = memory.process();
            fresh.sessions().open(ADA, fresh.self(), TTL);
            long token = token(fresh.claims().claim(new ClaimRequest(id(ADA, 1), false, true, "")));
            assertThat(token).isGreaterThan(last);
            last = token;
        }
    }
}
