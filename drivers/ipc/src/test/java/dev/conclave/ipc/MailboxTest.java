package dev.conclave.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.table.Carrier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A mailbox")
class MailboxTest {
    private final Mailbox mailbox = new Mailbox(ByteBuffer.allocateDirect(Mailbox.SIZE));
    private final List<Long> heard = new ArrayList<>();
    private int missed;

    private final Carrier.Hints hints = new Carrier.Hints() {
        @Override
        public void heard(long subject) {
            heard.add(subject);
        }

        @Override
        public void missed() {
            missed++;
        }

        @Override
        public void deathSuspected() {
            throw new AssertionError("nobody does");
        }
    };

    @Test
    @DisplayName("passes hints on once each and in order, round and round")
    void inOrder() {
        List<Long> sent = new ArrayList<>();
        for (long i = 0; i < 1_000; i++) {
            mailbox.add(i);
            sent.add(i);
            if (i % 100 == 99) {
                mailbox.empty(hints);
            }
        }
        assertThat(heard).isEqualTo(sent);
        assertThat(missed).isZero();
    }

    @Test
    @DisplayName("that is full says that something was missed, once")
    void overflow() {
        for (long i = 0; i < 1_000; i++) {
            mailbox.add(i);
        }
        mailbox.empty(hints);
        mailbox.empty(hints);
        assertThat(missed).isOne();
        mailbox.add(5_000);
        mailbox.empty(hints);
        assertThat(heard).endsWith(5_000L);
    }

    @Test
    @DisplayName("is empty for who comes to the place next")
    void nextTenant() {
        mailbox.add(1);
        mailbox.clear();
        mailbox.add(2);
        mailbox.empty(hints);
        assertThat(heard).containsExactly(2L);
    }
}
