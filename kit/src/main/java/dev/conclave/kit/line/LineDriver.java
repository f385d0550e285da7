package dev.conclave.kit.line;

import dev.conclave.DriverInfo;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A driver at the far end of a {@link Line}: every step travels on the line. */
final class LineDriver implements Driver {
    private final Line line;
    private final Driver driver;

    LineDriver(Line line, Driver driver) {
        this.line = line;
        this.driver = driver;
    }

    @Override
    public DriverInfo info() {
        return driver.info();
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        return line.carry(Step.OPEN_SESSION, () -> driver.openSession(session, ttl));
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        return line.carry(Step.RENEW, () -> driver.renew(session, claims, enrolments));
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        return line.carry(Step.END_SESSION, () -> driver.endSession(session));
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return line.carry(Step.CLAIM, () -> driver.claim(request));
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        return line.carry(Step.RELEASE, () -> driver.release(claim));
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return line.carry(Step.INSPECT, () -> driver.inspect(key));
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return line.carry(Step.LIST, () -> driver.list(kind));
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return line.carry(Step.BREAK_CLAIM, () -> driver.breakClaim(key, token));
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return line.carry(Step.CREATE_GROUP, () -> driver.createGroup(group));
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return line.carry(Step.DELETE_GROUP, () -> driver.deleteGroup(group));
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return line.carry(Step.GROUPS, driver::groups);
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return line.carry(Step.ENROL, () -> driver.enrol(enrolment));
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return line.carry(Step.AMEND, () -> driver.amend(enrolment, edition, capabilities));
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return line.carry(Step.WITHDRAW, () -> driver.withdraw(enrolment));
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return line.carry(Step.ROSTER, () -> driver.roster(group, knownRevision));
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        return line.carry(Step.WATCH, () -> driver.watch(subject));
    }

    @Override
    public void unwatch(Subject subject) {
        driver.unwatch(subject);
    }

    @Override
    public CompletableFuture<Void> close() {
        line.failPending();
        return driver.close();
    }
}
