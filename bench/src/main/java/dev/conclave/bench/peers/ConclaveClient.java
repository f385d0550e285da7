package dev.conclave.bench.peers;

import dev.conclave.Candidacy;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Election;
import dev.conclave.Grant;
import dev.conclave.Group;
import dev.conclave.Leadership;
import dev.conclave.Lock;
import dev.conclave.Membership;
import dev.conclave.ReleaseResult;
import dev.conclave.Subscription;
import dev.conclave.bench.Candidate;
import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import dev.conclave.bench.Roster;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Us, on any backend. */
final class ConclaveClient implements Client {
    private final String url;
    private final Coordinator coordinator;
    private ConclaveCrowd crowd;

    ConclaveClient(String url, String member) throws InterruptedException {
        this.url = url;
        this.coordinator = Conclave.connect(url, member);
    }

    @Override
    public Mutex mutex(String name) {
        Lock lock = coordinator.lock(name);
        return new Mutex() {
            private Grant grant;

            @Override
            public void acquire() throws InterruptedException {
                grant = lock.acquire();
            }

            @Override
            public void release() {
                ReleaseResult result = grant.release();
                if (result != ReleaseResult.RELEASED) {
                    throw new IllegalStateException("the release of " + lock.name() + " was " + result);
                }
            }
        };
    }

    @Override
    public Candidate candidate(String name) {
        Election election = coordinator.election(name);
        return new Candidate() {
            private final BlockingQueue<Leadership> granted = new ArrayBlockingQueue<>(16);
            private Candidacy candidacy;

            @Override
            public void campaign() {
                granted.clear();
                candidacy = election.run(granted::add);
            }

            @Override
            public void awaitLeadership() throws InterruptedException {
                granted.take();
            }

            @Override
            public void stepDown() {
                candidacy.close();
            }

            @Override
            public void close() {
                if (candidacy != null) {
                    candidacy.close();
                }
            }
        };
    }

    @Override
    public Roster roster(String name) {
        return new ConclaveRoster(coordinator.group(name));
    }

    @Override
    public void crowd(String group, int members) throws Exception {
        if (crowd == null) {
            crowd = new ConclaveCrowd(url);
        }
        crowd.join(group, members);
    }

    @Override
    public void close() throws Exception {
        if (crowd != null) {
            crowd.close();
        }
        coordinator.close();
    }

    private static final class ConclaveRoster implements Roster {
        private final Group group;
        private Membership membership;
        private Subscription watch;
        // Touched by the subscription's callbacks only, which come one at a time.
        private Set<String> known = new HashSet<>();

        ConclaveRoster(Group group) {
            this.group = group;
        }

        @Override
        public void watch(Listener listener) throws InterruptedException {
            CountDownLatch first = new CountDownLatch(1);
            watch = group.watch(event -> {
                // Any event carries the whole view, so that a resync is told like what it stands for.
                Set<String> now = new HashSet<>();
                event.view().members().forEach(member -> now.add(member.id()));
                now.stream().filter(id -> !known.contains(id)).forEach(listener::joined);
                known.stream().filter(id -> !now.contains(id)).forEach(listener::left);
                known = now;
                first.countDown();
            });
            if (!first.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no snapshot of group " + group.name() + " within 30 s");
            }
        }

        @Override
        public void join() throws InterruptedException {
            membership = group.join();
        }

        @Override
        public void leave() throws InterruptedException {
            membership.leave();
        }

        @Override
        public void close() {
            if (watch != null) {
                watch.close();
            }
        }
    }
}
