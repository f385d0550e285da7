package dev.conclave.table;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A table with the sessions of three members on it, and short words for the steps. */
abstract class StepsTestBase {
    static final ClaimKey LOCK = new ClaimKey(ClaimKey.Kind.LOCK, "invoices");
    static final SessionId ADA = new SessionId("ada", "a1");
    static final SessionId BOB = new SessionId("bob", "b1");
    static final SessionId CYD = new SessionId("cyd", "c1");
    static final Duration TTL = Duration.ofSeconds(10);

    final SharedMemory shared = new SharedMemory();
    final Table table = shared.process();

    @BeforeEach
    void open() {
        for (SessionId session : List.of(ADA, BOB, CYD)) {
            step(() -> table.sessions().open(session, table.self(), TTL));
        }
    }

    @AfterEach
    void leavesASoundTable() {
        table.commit();
        Audit.check(shared.map(shared.size));
    }

    <T> T step(Supplier<T> step) {
        T result = step.get();
        table.commit();
        return result;
    }

    ClaimReply claim(SessionId session, long sequence) {
        return request(session, sequence, false, true);
    }

    ClaimReply share(SessionId session, long sequence) {
        return request(session, sequence, true, true);
    }

    ClaimReply request(SessionId session, long sequence, boolean shared, boolean queue) {
        return step(() -> table.claims().claim(new ClaimRequest(id(session, sequence), shared, queue, "hello")));
    }

    static ClaimId id(SessionId session, long sequence) {
        return new ClaimId(LOCK, session, sequence);
    }

    Released release(SessionId session, long sequence) {
        return step(() -> table.claims().release(id(session, sequence)));
    }

    ClaimStatus status() {
        return step(() -> table.claims().inspect(LOCK));
    }

    void pass(Duration time) {
        shared.nanos += time.toNanos();
    }

    Renewal renew(SessionId session, ClaimId... claims) {
        return step(() -> table.sessions().renew(session, Set.of(claims), Set.of()));
    }

    static long token(ClaimReply reply) {
        return ((Granted) reply).token();
    }

    static long hash(ClaimId id) {
        return Subjects.hash(new Subject.Request(id));
    }

    int used() {
        return Audit.used(shared.map(shared.size));
    }

    EnrolReply enrol(SessionId session, long sequence, String capabilities) {
        return step(() -> table.groups()
                .enrol(new Enrolment(new EnrolmentId(session, "workers", sequence), capabilities, true, true)));
    }

    RosterReply roster(long known) {
        return step(() -> table.groups().roster("workers", known));
    }

    RosterReply.Whole whole() {
        return (RosterReply.Whole) roster(-1);
    }

    static EnrolmentId member(SessionId session, long sequence) {
        return new EnrolmentId(session, "workers", sequence);
    }
}
