package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.options.PutOption;

/** Put and delete of a key under a lease that all share: two writes, and no look at whose key it is. */
final class EtcdFloor implements Client {
    private final JetcdSession session;
    private final ByteSequence member;

    EtcdFloor(String url, String member) throws Exception {
        this.session = new JetcdSession(url);
        this.member = JetcdSession.bytes(member);
    }

    @Override
    public Mutex mutex(String name) {
        KV kv = session.client().getKVClient();
        ByteSequence key = JetcdSession.bytes("/floor/" + name);
        PutOption underLease = PutOption.builder().withLeaseId(session.lease()).build();
        return new Mutex() {
            @Override
            public void acquire() throws Exception {
                kv.put(key, member, underLease).get();
            }

            @Override
            public void release() throws Exception {
                kv.delete(key).get();
            }
        };
    }

    @Override
    public void close() throws Exception {
        session.close();
    }
}
