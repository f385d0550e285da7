package dev.conclave.bench.peers;

import dev.conclave.kit.KitTime;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Environment;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Many members in one process, a session each, without the engine of a coordinator for each. Where a driver's connection
 * carries many sessions, all are on one; theirs are long and not renewed.
 */
final class ConclaveCrowd implements AutoCloseable {
    private static final Duration TTL = Duration.ofHours(1);
    private static final int UNDER_WAY = 64;

    private final KitTime time = new KitTime();
    private final List<Driver> drivers = new ArrayList<>();
    private final String url;
    private int joined;

    ConclaveCrowd(String url) {
        this.url = url;
    }

    private Driver open() throws Exception {
        DriverProvider provider = ServiceLoader.load(DriverProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.info().schemes().contains(Target.schemeOf(url)))
                .findFirst()
                .orElseThrow();
        Target target = Target.parse(url, Map.of(), provider.options());
        Driver driver = provider.open(target, new Environment("crowd", subject -> {}, time, Duration.ofSeconds(60)))
                .get();
        drivers.add(driver);
        return driver;
    }

    /** Lists members until there are that many. */
    void join(String group, int members) throws Exception {
        // There, a connection is a session.
        boolean connectionEach = Set.of("postgresql", "mysql").contains(Target.schemeOf(url));
        Semaphore underWay = new Semaphore(UNDER_WAY);
        List<CompletableFuture<EnrolReply>> replies = new ArrayList<>();
        for (; joined < members; joined++) {
            Driver driver = connectionEach || drivers.isEmpty() ? open() : drivers.get(0);
            underWay.acquire();
            SessionId session =
                    new SessionId("crowd-" + joined, UUID.randomUUID().toString());
            Enrolment enrolment = new Enrolment(new EnrolmentId(session, group, 1), "{}", true, true);
            replies.add(driver.openSession(session, TTL)
                    .thenCompose(granted -> driver.enrol(enrolment))
                    .whenComplete((done, failure) -> underWay.release()));
        }
        for (CompletableFuture<EnrolReply> reply : replies) {
            if (reply.get() != EnrolReply.ENROLLED) {
                throw new IllegalStateException("a member of the crowd could not join: " + reply.get());
            }
        }
    }

    @Override
    public void close() throws Exception {
        for (Driver driver : drivers) {
            driver.close().get();
        }
        time.close();
    }
}
