package dev.conclave.kit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.ClaimState;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A member in a JVM of its own")
@Timeout(120)
class MemberProcessTest {
    private final MemberProcess ada;

    // The memory backend is in the process itself, which is enough for what is tested here.
    MemberProcessTest() throws Exception {
        ada = MemberProcess.start("memory:test?ttl=1s", "ada");
    }

    @BeforeEach
    void awaitReady() throws Exception {
        ada.awaitReady();
    }

    @AfterEach
    void stop() {
        ada.close();
    }

    @Test
    @DisplayName("does what it is told, and answers")
    void obeys() throws Exception {
        RemoteGrant grant = ada.acquire("invoice");

        assertThat(grant.isValid()).isTrue();
        assertThat(grant.verify()).isTrue();
        assertThat(ada.tryAcquire("invoice", Duration.ZERO)).isEmpty();
        assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(grant.tokenNow()).isEqualTo(grant.token());
        assertThat(Await.value("the loss", grant::loss)).isEqualTo(LossReason.RELEASED);
    }

    @Test
    @DisplayName("does several things at once")
    void atOnce() throws Exception {
        RemoteGrant grant = ada.acquire("invoice");
        CompletableFuture<?> waiting = ada.begin("acquire", "lock", "invoice");

        assertThat(grant.isValid()).isTrue();
        assertThat(waiting).isNotDone();
        grant.release();
        ada.finish("acquire", waiting);
    }

    @Test
    @DisplayName("tells of its exceptions by type and message")
    void exceptions() {
        assertThatThrownBy(() -> ada.call("view", "group", "nowhere"))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("nowhere")
                .satisfies(e -> assertThat(((RemoteException) e).type()).isEqualTo("GroupNotFoundException"));
        assertThatThrownBy(() -> ada.call("dance")).hasMessageContaining("unknown command dance");
    }

    @Test
    @DisplayName("stands still while it is stopped, and believes nothing that is over when it goes on")
    void stopped() throws Exception {
        RemoteGrant grant = ada.acquire("invoice");
        grant.believe();
        ada.pause();
        long stopped = System.nanoTime();
        CompletableFuture<?> asking = ada.begin("state", "handle", 1);
        Await.lasting(Duration.ofMillis(1_500));

        assertThat(asking).isNotDone();
        ada.resume();
        ada.finish("state", asking);
        assertThat(grant.state()).isEqualTo(ClaimState.LOST);
        assertThat(grant.belief().until())
                .isLessThan(stopped + Duration.ofMillis(100).toNanos());
    }

    @Test
    @DisplayName("that is killed fails what it was told to do, with its log")
    void killed() throws Exception {
        RemoteGrant grant = ada.acquire("invoice");
        CompletableFuture<?> waiting = ada.begin("acquire", "lock", "invoice");
        ada.kill();

        assertThat(ada.isAlive()).isFalse();
        assertThatThrownBy(() -> ada.finish("acquire", waiting))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("log of member ada")
                .hasMessageContaining("137");
        assertThatThrownBy(grant::isValid).isInstanceOf(Exception.class);
    }

    @Test
    @DisplayName("that is asked to end closes its coordinator first")
    void terminated() throws Exception {
        RemoteGrant grant = ada.acquire("invoice");
        ada.terminate();

        assertThat(Await.value("the loss", grant::loss)).isEqualTo(LossReason.RELEASED);
        Await.until("the process to end", () -> !ada.isAlive());
    }
}
