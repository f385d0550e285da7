package dev.conclave.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.table.Table;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("In a store without a free block")
class FullStoreTest {
    private static final SessionId ADA = new SessionId("ada", "a1");
    private static final SessionId BOB = new SessionId("bob", "b1");
    private static final SessionId FILLER = new SessionId("filler", "f1");
    private static final EnrolmentId ADAS = new EnrolmentId(ADA, "workers", 1);
    private static final EnrolmentId BOBS = new EnrolmentId(BOB, "workers", 1);
    private static final ClaimId LOCK = new ClaimId(new ClaimKey(ClaimKey.Kind.LOCK, "invoices"), BOB, 2);

    private final TestStore stores = new TestStore();
    private final StoreName name = TestStore.named(stores.url());
    private IpcStore memberProcess;
    private IpcStore holderProcess;
    private IpcStore fillerProcess;

    @BeforeEach
    void fill() throws Exception {
        memberProcess = open(ADA);
        step(memberProcess, table -> table.groups().enrol(new Enrolment(ADAS, "{}", true, true)));
        holderProcess = open(BOB);
        step(holderProcess, table -> table.groups().enrol(new Enrolment(BOBS, "{}", true, true)));
        step(holderProcess, table -> table.claims().claim(new ClaimRequest(LOCK, false, true, "")));
        fillerProcess = open(FILLER);
        assertThatThrownBy(() -> {
                    for (int i = 0; true; i++) {
                        ClaimId small = new ClaimId(LOCK.key(), FILLER, i);
                        step(fillerProcess, table -> table.claims().claim(new ClaimRequest(small, false, true, "")));
                    }
                })
                .isInstanceOf(StoreFullException.class);
    }

    @AfterEach
    void remove() throws Exception {
        TestStore.audit(name);
        for (IpcStore process : List.of(memberProcess, holderProcess, fillerProcess)) {
            process.close();
        }
        stores.close();
    }

    /** As a process of its own, with one session. */
    private IpcStore open(SessionId session) throws Exception {
        IpcStore process =
                (IpcStore) Helper.site(stores.url() + "?size=1MiB&processes=4").open(Duration.ofSeconds(5));
        step(process, table -> table.sessions().open(session, table.self(), Duration.ofMinutes(10)));
        return process;
    }

    private static <T> T step(IpcStore process, Function<Table, T> step) throws Exception {
        process.enter();
        try {
            process.table().enter(ProcessHandle.current().pid());
            T result = step.apply(process.table());
            process.table().commit();
            return result;
        } catch (RuntimeException e) {
            process.table().abandon();
            throw e;
        } finally {
            process.leave();
        }
    }

    private List<SessionId> members() throws Exception {
        var roster =
                (RosterReply.Whole) step(fillerProcess, table -> table.groups().roster("workers", -1));
        return roster.entries().stream().map(entry -> entry.id().session()).toList();
    }

    private SessionId holder() throws Exception {
        return step(fillerProcess, table -> table.claims().inspect(LOCK.key()))
                .holders()
                .get(0)
                .id()
                .session();
    }

    @Test
    @DisplayName("a member leaves")
    void withdraws() throws Exception {
        boolean left = step(memberProcess, table -> table.groups().withdraw(ADAS));
        assertThat(left).isTrue();
        assertThat(members()).containsExactly(BOB);
    }

    @Test
    @DisplayName("a session ends, and what it held is another's")
    void ends() throws Exception {
        step(holderProcess, table -> {
            table.sessions().end(BOB);
            return true;
        });
        assertThat(members()).containsExactly(ADA);
        assertThat(holder()).isEqualTo(FILLER);
    }

    @Test
    @DisplayName("a dead member keeps nobody from seeing that a holder behind it is dead")
    void dead() throws Exception {
        memberProcess.abandon();
        holderProcess.abandon();
        step(fillerProcess, table -> {
            table.sweepNow();
            return true;
        });
        assertThat(holder()).isEqualTo(FILLER);
        assertThat(members()).isEmpty();
    }
}
