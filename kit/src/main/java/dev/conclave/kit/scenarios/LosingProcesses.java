package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.ClaimState;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.kit.FencedRegister;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.process.MemberProcess;
import dev.conclave.kit.process.MemberProcess.Event;
import dev.conclave.kit.process.RemoteGrant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;

/** What a member is told that was stopped in the middle of its work, and lost its lock meanwhile. */
public abstract class LosingProcesses extends ScenarioGroup {
    /** For the kit. */
    protected LosingProcesses() {}

    // Redisson #4698 and CURATOR-465: a holder that was paused beyond its lease goes on as if nothing had happened.
    @Scenario(value = "L1", ttl = "8s")
    @DisplayName("A holder that is stopped beyond its time-to-live knows, as soon as it runs again, that it has lost")
    void stoppedHolder(Stage stage) throws Exception {
        MemberProcess ada = stage.process("ada");
        MemberProcess bob = stage.process("bob");
        RemoteGrant adas = ada.acquire("invoice");
        adas.believe();
        ada.pause();
        RemoteGrant bobs = bob.tryAcquire("invoice", Await.PATIENCE).orElseThrow();
        ada.resume();

        assertThat(adas.isValid()).isFalse();
        assertThat(adas.state()).isEqualTo(ClaimState.LOST);
        assertThat(adas.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        LossReason reason = Await.value("ada to be told", adas::loss);
        assertThat(reason).isIn(LossReason.EXPIRED, LossReason.FORGOTTEN);
        assertThat(adas.tokenNow()).isEqualTo(adas.token()).isLessThan(bobs.token());
        long overlap = adas.belief().until() - bobs.grantedAt();
        assertThat(overlap)
                .as("ada's belief after bob's grant")
                .isLessThanOrEqualTo(stage.backend().beliefOverlap().toNanos());
        assertThat(bobs.isValid()).isTrue();
        assertThat(bobs.verify()).isTrue();
        assertThat(bobs.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    // RFencedLock: a process may stop between its check and its write; then only the resource can refuse the write.
    @Scenario(value = "L4", ttl = "8s")
    @DisplayName(
            "A register that looks at tokens refuses what a stopped holder writes late, and it writes once at most")
    void fencedRegister(Stage stage) throws Exception {
        MemberProcess ada = stage.process("ada");
        MemberProcess bob = stage.process("bob");
        RemoteGrant adas = ada.acquire("invoice");
        adas.write();
        Await.until("ada to write", () -> ada.events("write").size() > 20);
        ada.pause();
        RemoteGrant bobs = bob.tryAcquire("invoice", Await.PATIENCE).orElseThrow();
        bobs.write();
        Await.until("bob to write", () -> bob.events("write").size() > 20);
        ada.resume();
        Await.until("ada to stop", () -> !ada.events("stopped").isEmpty());

        FencedRegister register = new FencedRegister();
        Stream.concat(ada.events("write").stream(), bob.events("write").stream())
                .sorted(Comparator.comparingLong(Event::at))
                .forEach(write -> register.write(write.json().get("token").getAsLong()));
        assertThat(register.accepted()).isSorted().contains(adas.token(), bobs.token());
        // One write may have been on its way between the check and the register: that is what the register is for.
        assertThat(register.refused()).hasSizeLessThanOrEqualTo(1);
    }
}
