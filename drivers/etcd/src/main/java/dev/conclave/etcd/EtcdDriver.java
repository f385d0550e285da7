package dev.conclave.etcd;

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
import dev.conclave.spi.Environment;
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

/** One coordinator's connection. What is stored is told in {@link Keys}. */
final class EtcdDriver implements Driver, Line.Listener {
    private final DriverInfo info;
    private final Line line;
    private final Store store;
    private final Sessions sessions;
    private final Claims claims;
    private final Groups groups;
    private final Watches watches;

    EtcdDriver(
            DriverInfo info, Servers servers, Failures failures, Connection first, Keys keys, Environment environment) {
        this.info = info;
        this.line = new Line(servers, failures, first, environment.time(), this);
        this.store = new Store(line, keys, environment.time(), this::wakeAll);
        this.sessions = new Sessions(store, environment.signals());
        this.claims = new Claims(store, sessions, environment.signals(), environment.time());
        this.groups = new Groups(store);
        this.watches = new Watches(store, groups, environment.signals(), environment.time());
    }

    /** Whether the namespace can be used; if not, fails with the reason. */
    CompletableFuture<Driver> probed() {
        return store.find().thenApply(life -> this);
    }

    /** Instead of closing, if it cannot be used: other servers are connected to by the same thread. */
    void abandon() {
        line.abandon();
    }

    @Override
    public DriverInfo info() {
        return info;
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        return sessions.open(session, ttl);
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> held, Set<EnrolmentId> enrolments) {
        return sessions.renew(session, held, enrolments, claims::keyOf);
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        claims.forget(session);
        return sessions.end(session).thenAccept(groups::sessionEnded);
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return claims.claim(request);
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        return claims.release(claim);
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return Looks.inspect(store, key);
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return Looks.list(store, kind);
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return Looks.breakClaim(store, key, token);
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return groups.create(group);
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return groups.delete(group);
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return groups.names();
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return groups.enrol(enrolment);
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return groups.amend(enrolment, edition, capabilities);
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return groups.withdraw(enrolment);
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return watches.roster(group, knownRevision);
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        return watches.watch(subject);
    }

    @Override
    public void unwatch(Subject subject) {
        watches.unwatch(subject);
    }

    @Override
    public void broken() {
        wakeAll();
    }

    @Override
    public void restored() {
        wakeAll();
    }

    private void wakeAll() {
        sessions.wakeAll();
        claims.wakeAll();
        watches.wakeAll();
    }

    @Override
    public CompletableFuture<Void> close() {
        return line.close();
    }
}
