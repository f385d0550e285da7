package dev.conclave.etcd;

import dev.conclave.DriverInfo;
import dev.conclave.Trait;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Target;
import io.etcd.jetcd.api.ClusterGrpc;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.Member;
import io.etcd.jetcd.api.MemberListRequest;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the probe at connecting found.
 *
 * @param voters how many servers the cluster has that vote
 * @param alarms what the server complains of
 */
record Deployment(int voters, List<String> alarms) {
    private static final Logger log = LoggerFactory.getLogger(Deployment.class);

    /** Of fewer servers, none can be lost. */
    private static final int SMALLEST_CLUSTER = 3;

    private static final int OLDEST_MAJOR = 3;
    private static final int OLDEST_MINOR = 4;

    /** Asks the server. */
    static CompletableFuture<Deployment> probe(Connection connection) {
        return connection
                .ask(MaintenanceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance())
                .thenCompose(status -> {
                    requireServing(connection.host(), status);
                    return connection
                            .ask(ClusterGrpc.getMemberListMethod(), MemberListRequest.getDefaultInstance())
                            .thenApply(members -> new Deployment(
                                    voters(members.getMembersList()), List.copyOf(status.getErrorsList())));
                });
    }

    private static int voters(List<Member> members) {
        return (int) members.stream().filter(member -> !member.getIsLearner()).count();
    }

    static void requireServing(Target.Host host, StatusResponse status) {
        if (!isNewEnough(status.getVersion())) {
            throw new UnsupportedDeploymentException("etcd at " + host + " is of version " + status.getVersion()
                    + ", whose transactions and watches lack what a step needs; upgrade it to " + OLDEST_MAJOR + "."
                    + OLDEST_MINOR + " or newer");
        }
        if (status.getIsLearner()) {
            throw new UnsupportedDeploymentException("etcd at " + host
                    + " is a learner, which serves no writes; name a voting member of the cluster, or promote it");
        }
    }

    static boolean isNewEnough(String version) {
        String[] parts = version.split("\\.", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            return major > OLDEST_MAJOR || (major == OLDEST_MAJOR && Integer.parseInt(parts[1]) >= OLDEST_MINOR);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    void warn(Target.Host host, String member) {
        for (String alarm : alarms) {
            log.warn(
                    "etcd at {} for member {} complains: {}; writes may be refused until that is mended",
                    host,
                    member,
                    alarm);
        }
    }

    DriverInfo info(DriverInfo kindOfBackend) {
        Set<Trait> traits = EnumSet.copyOf(kindOfBackend.traits());
        if (voters < SMALLEST_CLUSTER) {
            traits.remove(Trait.SURVIVES_FAILOVER);
        }
        return new DriverInfo(
                kindOfBackend.name(),
                kindOfBackend.schemes(),
                kindOfBackend.urlForms(),
                traits,
                kindOfBackend.deathSeenWithin(),
                kindOfBackend.beliefOverlap());
    }
}
