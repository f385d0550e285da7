package dev.conclave.kit.teeth;

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

/** Does what another driver does; made wrong by overriding one step. */
class ForwardingDriver implements Driver {
    final Driver driver;

    ForwardingDriver(Driver driver) {
        this.driver = driver;
    }

    @Override
    public DriverInfo info() {
        return driver.info();
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        return driver.openSession(session, ttl);
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        return driver.renew(session, claims, enrolments);
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        return driver.endSession(session);
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return driver.claim(request);
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        return driver.release(claim);
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return driver.inspect(key);
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return driver.list(kind);
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return driver.breakClaim(key, token);
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return driver.createGroup(group);
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return driver.deleteGroup(group);
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return driver.groups();
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return driver.enrol(enrolment);
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return driver.amend(enrolment, edition, capabilities);
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return driver.withdraw(enrolment);
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return driver.roster(group, knownRevision);
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        return driver.watch(subject);
    }

    @Override
    public void unwatch(Subject subject) {
        driver.unwatch(subject);
    }

    @Override
    public CompletableFuture<Void> close() {
        return driver.close();
    }
}
