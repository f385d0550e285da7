package dev.conclave.bench.peers;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.support.CloseableClient;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;

/** A client of jetcd and a lease that it keeps alive, as long as Conclave's. */
final class JetcdSession implements AutoCloseable {
    private static final long TTL_SECONDS = 10;

    private final Client client;
    private final long lease;
    private final CloseableClient keepAlive;

    JetcdSession(String url) throws ExecutionException, InterruptedException {
        client =
                Client.builder().endpoints("http://" + Addresses.authority(url)).build();
        lease = client.getLeaseClient().grant(TTL_SECONDS).get().getID();
        keepAlive = client.getLeaseClient().keepAlive(lease, new Unheard());
    }

    Client client() {
        return client;
    }

    long lease() {
        return lease;
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws ExecutionException, InterruptedException {
        keepAlive.close();
        client.getLeaseClient().revoke(lease).get();
        client.close();
    }

    /** A lease that is lost here shows in the calls that use it. */
    private static final class Unheard implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse response) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
