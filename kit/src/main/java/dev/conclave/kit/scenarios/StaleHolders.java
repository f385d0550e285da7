package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.line.Line;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

/** A holder that has lost its lock does no harm to the next one, whatever it still does. */
public abstract class StaleHolders extends ScenarioGroup {
    private static final ClaimKey KEY = new ClaimKey(ClaimKey.Kind.LOCK, "invoice");

    /** For the kit. */
    protected StaleHolders() {}

    /** Everything about a name that must not change under a holder's feet: all but the time that its session has left. */
    private record Standing(List<Held> holders, int waiters) {
        record Held(ClaimId id, boolean shared, long token, String payload, Instant since) {}

        static Standing of(ClaimStatus status) {
            return new Standing(
                    status.holders().stream()
                            .map(h -> new Held(h.id(), h.shared(), h.token(), h.payload(), h.since()))
                            .toList(),
                    status.waiters());
        }
    }

    // ShedLock's safeUpdate and tooz on memcached: the late release of a holder that had expired freed its successor's
    // lock.
    @Scenario(value = "L3", ttl = "4s")
    @DisplayName("The late release and the further renewals of a holder that expired change nothing of its successor's")
    void lateRelease(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        takeOverAndDisturb(stage, line, ada, stage.member("bob"));
    }

    @Scenario(value = "L3", ttl = "4s")
    @DisplayName("Nor do they when both are of one process and have one member id")
    void sameMemberId(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        takeOverAndDisturb(stage, line, ada, stage.member("ada"));
    }

    private static void takeOverAndDisturb(Stage stage, Line line, Coordinator ada, Coordinator next) throws Exception {
        Administrator administrator = stage.administrator();
        Grant stale = ada.lock("invoice").acquire();
        line.drop();
        Grant current = next.lock("invoice").tryAcquire(Await.PATIENCE).orElseThrow();
        Standing before = Standing.of(administrator.lock("invoice"));
        line.heal();

        assertThat(stale.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        // A new session of ada's, and its renewals.
        Grant other = ada.lock("other").acquire(Await.PATIENCE);
        Await.lasting(stage.ttl(1));

        assertThat(other.isValid()).isTrue();
        assertThat(Standing.of(administrator.lock("invoice"))).isEqualTo(before);
        assertThat(current.verify()).isTrue();
        assertThat(current.release()).isEqualTo(ReleaseResult.RELEASED);
    }

    @Scenario("L3")
    @DisplayName("No step of a session that has ended touches anything: release, renew, claim, break")
    void staleSteps(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Grant stale = stage.member("ada").lock("invoice").acquire();
        ClaimId staleId = administrator.holding("invoice").id();
        administrator.endSession(staleId.session());
        stage.awaitLost(stale);
        Grant current = stage.member("bob").lock("invoice").acquire(Await.PATIENCE);
        Standing before = Standing.of(administrator.lock("invoice"));
        Driver driver = administrator.driver();

        assertThat(driver.release(staleId).join()).isEqualTo(Released.NOTHING);
        assertThat(driver.renew(staleId.session(), Set.of(staleId), Set.of()).join())
                .isInstanceOf(Renewal.NoSession.class);
        assertThat(driver.claim(new ClaimRequest(staleId, false, true, "")).join())
                .isInstanceOf(ClaimReply.NoSession.class);
        assertThat(driver.breakClaim(KEY, stale.fencingToken()).join()).isFalse();
        driver.endSession(staleId.session()).join();

        assertThat(Standing.of(administrator.lock("invoice"))).isEqualTo(before);
        assertThat(current.verify()).isTrue();
    }

    // tooz on memcached: the heartbeat of a holder that had lost its lock kept the lock of a dead successor alive for
    // ever.
    @Scenario(value = "L3", ttl = "4s")
    @DisplayName("If the successor dies while the one before it goes on renewing, the lock comes free at its expiry")
    void successorDies(Stage stage) throws Exception {
        Line adasLine = stage.line();
        Line bobsLine = stage.line();
        Coordinator ada = stage.member("ada", adasLine);
        stage.keep(ada.lock("invoice").acquire());
        adasLine.drop();
        stage.keep(stage.member("bob", bobsLine)
                .lock("invoice")
                .tryAcquire(Await.PATIENCE)
                .orElseThrow());
        adasLine.heal();
        Grant adasOther = ada.lock("other").acquire(Await.PATIENCE);
        bobsLine.drop();

        assertThat(stage.member("eve").lock("invoice").tryAcquire(stage.ttl(1).plus(Stage.SLACK)))
                .isPresent();

        assertThat(adasOther.isValid()).isTrue();
    }
}
