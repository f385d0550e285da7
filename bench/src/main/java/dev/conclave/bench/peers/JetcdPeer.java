package dev.conclave.bench.peers;

import dev.conclave.bench.Candidate;
import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Election;
import io.etcd.jetcd.Lock;
import io.etcd.jetcd.election.CampaignResponse;
import java.util.concurrent.CompletableFuture;

/**
 * jetcd's lock and election clients, which use the server's own calls, under a lease for each client. Who asks twice under
 * one lease is given the lock twice; so threads of one client take turns before they ask.
 */
final class JetcdPeer implements Client {
    private final JetcdSession session;
    private final ByteSequence member;
    private final LocalTurns turns = new LocalTurns();

    JetcdPeer(String url, String member) throws Exception {
        this.session = new JetcdSession(url);
        this.member = JetcdSession.bytes(member);
    }

    @Override
    public Mutex mutex(String name) {
        Lock lock = session.client().getLockClient();
        ByteSequence bytes = JetcdSession.bytes("/jetcd-locks/" + name);
        return turns.around(name, new Mutex() {
            private ByteSequence key;

            @Override
            public void acquire() throws Exception {
                key = lock.lock(bytes, session.lease()).get().getKey();
            }

            @Override
            public void release() throws Exception {
                lock.unlock(key).get();
            }
        });
    }

    @Override
    public Candidate candidate(String name) {
        Election election = session.client().getElectionClient();
        ByteSequence bytes = JetcdSession.bytes("/jetcd-elections/" + name);
        return new Candidate() {
            private CompletableFuture<CampaignResponse> campaign;

            @Override
            public void campaign() {
                campaign = election.campaign(bytes, session.lease(), member);
            }

            @Override
            public void awaitLeadership() throws Exception {
                campaign.get();
            }

            @Override
            public void stepDown() throws Exception {
                election.resign(campaign.get().getLeader()).get();
            }
        };
    }

    @Override
    public void close() throws Exception {
        session.close();
    }
}
