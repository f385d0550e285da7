package dev.conclave.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A member that talks to the driver itself, with one session, and writes down what it is signalled. */
final class TestMember {
    static final Duration TTL = Duration.ofSeconds(10);
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

    final Driver driver;
    final SessionId session;
    final List<Subject> signals = new CopyOnWriteArrayList<>();
    private long sequence;

    TestMember(MemoryBackend backend, TimeSource time, String member, String incarnation) {
        this(backend, time, "conclave", new SessionId(member, incarnation));
    }

    TestMember(MemoryBackend backend, TimeSource time, String namespace, SessionId session) {
        this.session = session;
        this.driver = backend.connect(
                        namespace, CALL_TIMEOUT, new Environment(session.member(), signals::add, time, CALL_TIMEOUT))
                .join();
        driver.openSession(session, TTL).join();
    }

    static ClaimKey lock(String name) {
        return new ClaimKey(ClaimKey.Kind.LOCK, name);
    }

    /** An exclusive request for a lock that is ready to queue. */
    ClaimRequest request(String lock) {
        return new ClaimRequest(new ClaimId(lock(lock), session, ++sequence), false, true, "");
    }

    ClaimRequest sharedRequest(String lock) {
        return new ClaimRequest(new ClaimId(lock(lock), session, ++sequence), true, true, "");
    }

    ClaimRequest impatientRequest(String lock) {
        return new ClaimRequest(new ClaimId(lock(lock), session, ++sequence), false, false, "");
    }

    ClaimReply claim(ClaimRequest request) {
        return driver.claim(request).join();
    }

    /** Claims what must be free, and returns the token. */
    long take(ClaimRequest request) {
        return tokenOf(claim(request));
    }

    static long tokenOf(ClaimReply reply) {
        return ((ClaimReply.Granted) reply).token();
    }

    Renewal renew() {
        return driver.renew(session, Set.of(), Set.of()).join();
    }

    /** Joins as it has not joined before. */
    EnrolmentId join(String group) {
        Enrolment enrolment = enrolment(group, true, true);
        assertThat(enrol(enrolment)).isEqualTo(EnrolReply.ENROLLED);
        return enrolment.id();
    }

    EnrolReply enrol(Enrolment enrolment) {
        return driver.enrol(enrolment).join();
    }

    Enrolment enrolment(String group, boolean create, boolean takeOver) {
        return new Enrolment(new EnrolmentId(session, group, ++sequence), "{}", create, takeOver);
    }

    RosterReply roster(String group, long known) {
        return driver.roster(group, known).join();
    }
}
