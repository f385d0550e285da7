package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.UserThread;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.process.MemberProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** Shared locks. */
public abstract class SharedLockBasics extends ScenarioGroup {
    /** For the kit. */
    protected SharedLockBasics() {}

    @Scenario("B7")
    @DisplayName("Many readers hold a shared lock together; a writer waits for the last of them")
    void readersAndWriter(Stage stage) throws Exception {
        List<Grant> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Coordinator reader = stage.member("reader-" + i);
            readers.add(reader.lock("ledger").shared().acquire(Await.PATIENCE));
            readers.add(reader.lock("ledger").shared().acquire(Await.PATIENCE));
        }
        Coordinator writer = stage.member("writer");
        assertThat(readers)
                .allMatch(Grant::isShared)
                .extracting(Grant::fencingToken)
                .doesNotHaveDuplicates();
        assertThat(writer.lock("ledger").info().isShared()).isTrue();
        assertThat(writer.lock("ledger").info().holders()).hasSize(readers.size());
        assertThat(writer.lock("ledger").tryAcquire()).isEmpty();

        UserThread<Grant> writing = UserThread.doing(() -> writer.lock("ledger").acquire());
        Await.until("the writer to wait", () -> writer.lock("ledger").info().waiters() == 1);
        for (Grant reader : readers) {
            assertThat(writing.isDone()).isFalse();
            assertThat(reader.verify()).isTrue();
            reader.release();
        }

        Grant written = writing.result();
        assertThat(written.isShared()).isFalse();
        assertThat(written.fencingToken())
                .isGreaterThan(readers.get(readers.size() - 1).fencingToken());
        assertThat(stage.member("late").lock("ledger").shared().tryAcquire()).isEmpty();
    }

    @Scenario("B7")
    @DisplayName("Readers that come after a waiting writer wait behind it, so that it does not starve")
    void noStarvation(Stage stage) throws Exception {
        Coordinator early = stage.member("early");
        Coordinator late = stage.member("late");
        Coordinator writer = stage.member("writer");
        Grant reading = early.lock("ledger").shared().acquire();
        UserThread<Grant> writing = UserThread.doing(() -> writer.lock("ledger").acquire());
        Await.until("the writer to wait", () -> early.lock("ledger").info().waiters() == 1);

        UserThread<Grant> readingLater =
                UserThread.doing(() -> late.lock("ledger").shared().acquire());
        Await.until("the late reader to wait", () -> early.lock("ledger").info().waiters() == 2);
        reading.release();

        Grant written = writing.result();
        assertThat(readingLater.isDone()).isFalse();
        written.release();
        assertThat(readingLater.result().fencingToken()).isGreaterThan(written.fencingToken());
    }

    @Scenario(value = "B7", ttl = "5s")
    @DisplayName("A reader that is cut off blocks the writer no longer than its session lives")
    void readerCutOff(Stage stage) throws Exception {
        Line line = stage.line();
        Grant reading = stage.member("reader", line).lock("ledger").shared().acquire();
        stage.member("other").lock("ledger").shared().acquire().release();
        line.drop();

        assertThat(stage.member("writer").lock("ledger").tryAcquire(stage.ttl(1).plus(Stage.SLACK)))
                .isPresent();

        assertThat(reading.isValid()).isFalse();
    }

    @Scenario("B7")
    @DisplayName("A reader whose process is killed does not block the writer")
    void readerKilled(Stage stage) throws Exception {
        MemberProcess reader = stage.process("reader");
        reader.call("tryAcquire", "lock", "ledger", "shared", true, "millis", 10_000);
        Coordinator writer = stage.member("writer");
        assertThat(writer.lock("ledger").tryAcquire()).isEmpty();

        reader.kill();

        assertThat(writer.lock("ledger").tryAcquire(stage.deathBound())).isPresent();
    }
}
