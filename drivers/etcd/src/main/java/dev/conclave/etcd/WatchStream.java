package dev.conclave.etcd;

import io.etcd.jetcd.api.WatchCancelRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The one stream on which all watches of a connection stand. The server numbers them, in the order of asking. Thread-safe. */
final class WatchStream extends ClientCall.Listener<WatchResponse> {

    private final Connection connection;
    private final Ending ending;
    private final long begun = System.nanoTime();
    private final Queue<Asked> asked = new ArrayDeque<>();
    private final Map<Long, Watch> standing = new HashMap<>();
    private final Map<Watch, Long> numbers = new HashMap<>();
    private final Set<Watch> wanted = new HashSet<>();
    private @Nullable ClientCall<WatchRequest, WatchResponse> call;
    private boolean taken;
    private boolean over;

    private record Asked(Watch watch, CompletableFuture<Void> taken) {}

    /** Who is told that the stream has ended. */
    interface Ending {
        void ended(WatchStream stream, Status status);
    }

    WatchStream(Connection connection, Ending ending) {
        this.connection = connection;
        this.ending = ending;
    }

    synchronized void start(Metadata headers) {
        ClientCall<WatchRequest, WatchResponse> opened = connection.open(WatchGrpc.getWatchMethod(), this, headers);
        opened.request(1);
        call = opened;
    }

    Connection connection() {
        return connection;
    }

    boolean isOn(Connection present) {
        return connection == present;
    }

    /** Whether somebody relies on it. */
    synchronized boolean hasTaken() {
        return taken;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized boolean has(Watch watch) {
        return !over && wanted.contains(watch);
    }

    synchronized CompletableFuture<Void> begin(Watch watch) {
        CompletableFuture<Void> taken = new CompletableFuture<>();
        if (over || call == null) {
            taken.completeExceptionally(Status.UNAVAILABLE
                    .withDescription("the stream of watches has ended")
                    .asRuntimeException());
            return taken;
        }
        WatchCreateRequest.Builder create =
                WatchCreateRequest.newBuilder().setKey(watch.key()).setStartRevision(watch.from());
        if (watch.end() != null) {
            create.setRangeEnd(watch.end());
        }
        watch.beginOn(this);
        wanted.add(watch);
        asked.add(new Asked(watch, taken));
        call.sendMessage(WatchRequest.newBuilder().setCreateRequest(create).build());
        return taken;
    }

    synchronized void cancel(Watch watch) {
        wanted.remove(watch);
        Long number = numbers.remove(watch);
        if (number != null) {
            standing.remove(number);
            cancel(number);
        }
    }

    private void cancel(long number) {
        if (!over && call != null) {
            call.sendMessage(WatchRequest.newBuilder()
                    .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(number))
                    .build());
        }
    }

    @Override
    public void onMessage(WatchResponse response) {
        if (response.getCreated()) {
            answered(response);
        } else {
            tell(response);
        }
        ClientCall<WatchRequest, WatchResponse> open = call();
        if (open != null) {
            open.request(1);
        }
    }

    private synchronized @Nullable ClientCall<WatchRequest, WatchResponse> call() {
        return call;
    }

    private void answered(WatchResponse response) {
        Asked first;
        // As it is once the token of the stream has expired. The number in it is none of ours, whatever it is.
        boolean refused = response.getCanceled();
        synchronized (this) {
            first = asked.remove();
            if (refused) {
                // All that come after it on this stream would be refused too, and some that stand may be silent.
                over = true;
            } else if (wanted.contains(first.watch)) {
                taken = true;
                standing.put(response.getWatchId(), first.watch);
                numbers.put(first.watch, response.getWatchId());
            } else {
                cancel(response.getWatchId()); // nobody wants it any more
            }
        }
        if (refused) {
            StatusRuntimeException refusal =
                    Failures.refusedWatch(response.getCancelReason()).asRuntimeException();
            ClientCall<WatchRequest, WatchResponse> open = call();
            if (open != null) {
                open.cancel("a watch was refused", refusal);
            }
            first.taken.completeExceptionally(refusal);
        } else {
            first.taken.complete(null);
        }
    }

    private void tell(WatchResponse response) {
        Watch watch;
        synchronized (this) {
            watch = standing.get(response.getWatchId());
            if (watch != null && response.getCanceled()) {
                standing.remove(response.getWatchId());
                numbers.remove(watch);
                wanted.remove(watch);
            }
        }
        if (watch == null) {
            return;
        }
        if (response.getCanceled()) {
            watch.listener().lost();
        } else if (response.getEventsCount() > 0) {
            watch.listener().changed(response);
        }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        List<Asked> unanswered;
        synchronized (this) {
            over = true;
            unanswered = new ArrayList<>(asked);
            asked.clear();
            standing.clear();
            numbers.clear();
            wanted.clear();
        }
        Throwable cause = status.getCause();
        Status reason = cause != null && Failures.isRefusedWatch(Status.fromThrowable(cause))
                ? Status.fromThrowable(cause)
                : status;
        Status failure = reason.isOk() ? Status.UNAVAILABLE.withDescription("the server ended the watches") : reason;
        unanswered.forEach(each -> each.taken.completeExceptionally(failure.asRuntimeException()));
        ending.ended(this, failure);
    }
}
