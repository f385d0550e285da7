package dev.conclave.mysql;

import dev.conclave.DriverInfo;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.jdbc.Batch;
import dev.conclave.jdbc.Dialect;
import dev.conclave.jdbc.Failures;
import dev.conclave.jdbc.Job;
import dev.conclave.jdbc.Keys;
import dev.conclave.jdbc.Line;
import dev.conclave.jdbc.Statements;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Target;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How MySQL and MariaDB are asked, and listened to. */
final class MysqlDialect implements Dialect {
    private static final Logger log = LoggerFactory.getLogger(MysqlDialect.class);

    private final Server server;
    private final Failures failures = new MysqlFailures();
    /** Where the last connection for steps went. */
    private volatile Target.Host host;

    private volatile boolean connectedBefore;

    MysqlDialect(Server server) {
        this.server = server;
        this.host = server.hosts().get(0);
    }

    @Override
    public DriverInfo info() {
        return MysqlDriverProvider.info(server.ttl());
    }

    @Override
    public Failures failures() {
        return failures;
    }

    /** To the first host that can be used; a replica among them is passed by. */
    @Override
    public Wire connect(long listener) throws SQLException {
        List<Target.Host> hosts = server.hosts();
        for (Target.Host each : hosts.subList(0, hosts.size() - 1)) {
            try {
                return connect(each, listener);
            } catch (SQLException | UnsupportedDeploymentException e) {
                log.debug("{}: host {} cannot be used; on to the next", server, each, e);
            }
        }
        return connect(hosts.get(hosts.size() - 1), listener);
    }

    private Wire connect(Target.Host to, long listener) throws SQLException {
        Duration patience = connectedBefore ? server.patience() : server.patienceAtFirst();
        Wire fresh = server.connect(to, patience);
        try {
            RetryingStatements statements = fresh.statements();
            // First of all: a limit of the server's for statements would end the probe.
            server.prepare(fresh);
            Deployment.probe(server, fresh, () -> server.connect(to, patience));
            Schema.ensure(statements, server);
            statements.run(Schema.use(server));
            statements.call("attach", row -> true, parameter(listener));
            host = to;
            connectedBefore = true;
            return fresh;
        } catch (SQLException | RuntimeException e) {
            fresh.reset();
            throw e;
        }
    }

    @Override
    public Line.Hearing listen(long listener) throws SQLException {
        Wire fresh = server.connect(host, server.patience());
        try {
            server.prepare(fresh);
            fresh.statements().run(Schema.use(server));
            return SleepingLine.listen(fresh, listener, server.ttl());
        } catch (SQLException | RuntimeException e) {
            fresh.reset();
            throw e;
        }
    }

    @Override
    public void wake(Statements statements, long listener) throws SQLException {
        statements.call("wake", row -> true, parameter(listener));
    }

    @Override
    public Object parameter(long id) {
        return bytes(id);
    }

    static byte[] bytes(long id) {
        return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
    }

    @Override
    public String digits(long id) {
        return HexFormat.of().toHexDigits(id);
    }

    @Override
    public Batch batch(Keys keys) {
        return new PackedBatch(keys);
    }

    @Override
    public Job.Question<Renewal> renewal(
            Keys keys, long listener, SessionId session, List<ClaimId> claims, List<EnrolmentId> enrolments) {
        return new Renewals(keys, listener, session, claims, enrolments);
    }

    @Override
    public String unwatching() {
        return "call conclave_unwatch(?, ?)";
    }

    @Override
    public String groupsBetween() {
        return "select name from conclave_groups where name > ? and name < ?";
    }

    @Override
    public String claimsBetween() {
        return "call conclave_standing(?, ?)";
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
