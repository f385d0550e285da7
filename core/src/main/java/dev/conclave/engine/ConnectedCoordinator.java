package dev.conclave.engine;

import dev.conclave.Coordinator;
import dev.conclave.DriverInfo;
import dev.conclave.Election;
import dev.conclave.Group;
import dev.conclave.Lock;
import dev.conclave.LockInfo;
import dev.conclave.LockOptions;
import dev.conclave.Subscription;
import dev.conclave.Trait;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.Names;
import dev.conclave.spi.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine of one coordinator put together. */
final class ConnectedCoordinator implements Coordinator {
    private static final Logger log = LoggerFactory.getLogger(ConnectedCoordinator.class);

    private final EngineContext engine;
    private final SessionKeeper keeper;
    private final Requests requests = new Requests();
    private final Watches watches = new Watches();
    private final Memberships memberships;
    private final Runnable afterClose;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<@Nullable Void> disconnected = new CompletableFuture<>();

    /** @param afterClose ends what was made for this coordinator alone */
    ConnectedCoordinator(EngineContext engine, Supplier<String> incarnations, Runnable afterClose) {
        this.engine = engine;
        this.keeper = new SessionKeeper(engine, incarnations);
        this.memberships = new Memberships(engine, keeper, watches);
        this.afterClose = afterClose;
    }

    /** A signal of the driver, on whatever thread. */
    void changed(Subject subject) {
        if (closed.get()) {
            return;
        }
        try {
            if (subject instanceof Subject.Request request) {
                requests.turn(request.claim());
            } else if (subject instanceof Subject.Session session) {
                keeper.suspect(session.session());
            } else {
                watches.changed(subject);
            }
        } catch (RuntimeException e) {
            log.error(
                    "{}: a signal about {} could not be followed; the next look will",
                    engine.steps().where(),
                    subject,
                    e);
        }
    }

    @Override
    public String member() {
        return engine.member();
    }

    @Override
    public DriverInfo driver() {
        return engine.driver().info();
    }

    @Override
    public Coordinator requiring(Trait... traits) {
        List<Trait> missing = new ArrayList<>(Arrays.asList(traits));
        missing.removeAll(driver().traits());
        if (missing.isEmpty()) {
            return this;
        }
        close();
        String promises = String.join(
                "; ",
                missing.stream()
                        .map(trait -> trait + " (" + trait.promise() + ")")
                        .toList());
        throw new UnsupportedDeploymentException(
                engine.steps().where() + " does not promise " + promises + "; choose another backend, or do without");
    }

    @Override
    public Lock lock(String name) {
        return new NamedLock(
                engine, this::acquisition, key(ClaimKey.Kind.LOCK, "lock", name), false, LockOptions.defaults());
    }

    @Override
    public Election election(String name) {
        return new NamedElection(engine, this::acquisition, watches, key(ClaimKey.Kind.ELECTION, "election", name));
    }

    @Override
    public Group group(String name) {
        checkOpen();
        return new NamedGroup(engine, memberships, Names.checked("group", name));
    }

    private ClaimKey key(ClaimKey.Kind kind, String what, String name) {
        checkOpen();
        return new ClaimKey(kind, Names.checked(what, name));
    }

    private Acquisition acquisition(Acquisition.Wanted wanted, long patienceNanos) {
        return new Acquisition(engine, keeper, requests, wanted, patienceNanos);
    }

    private void checkOpen() {
        if (closed.get()) {
            throw engine.steps().closedFailure();
        }
    }

    @Override
    public List<LockInfo> locks() throws InterruptedException {
        return Blocking.await(engine.steps(), listed());
    }

    @Override
    public CompletableFuture<List<LockInfo>> locksAsync() {
        return Publishing.publish(listed(), engine.callbacks());
    }

    private CompletableFuture<List<LockInfo>> listed() {
        return engine.steps()
                .call("list the locks", () -> engine.driver().list(ClaimKey.Kind.LOCK))
                .thenApply(all -> all.stream().map(NamedLock::info).toList());
    }

    @Override
    public Set<String> groups() throws InterruptedException {
        return Blocking.await(engine.steps(), named());
    }

    @Override
    public CompletableFuture<Set<String>> groupsAsync() {
        return Publishing.publish(named(), engine.callbacks());
    }

    private CompletableFuture<Set<String>> named() {
        return engine.steps()
                .call("list the groups", () -> engine.driver().groups())
                .thenApply(TreeSet::new);
    }

    @Override
    public Subscription watchGroups(Consumer<? super Set<String>> listener) {
        return GroupsWatch.open(engine, watches, listener);
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        CompletableFuture<Void> outcome = Publishing.publish(disconnected, engine.callbacks());
        beginToClose();
        return outcome;
    }

    @Override
    public void close() {
        beginToClose();
        // One answer to the end of the session, one to the closing of the connection.
        Blocking.awaitUninterruptibly(
                engine.steps(), disconnected, engine.steps().patienceForOne().multipliedBy(2));
        // Again, in case the time that the engine goes by stands still, and its end has not come.
        afterClose.run();
    }

    private void beginToClose() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // First nobody wants anything new. Then the session's end gives back all claims in one step, where
        // closing each thing by itself would take as many.
        engine.open().stopAll();
        CompletableFuture<Void> ended = keeper.close();
        requests.giveUpAll(engine.steps().closedFailure());
        Outcome.of(ended, (done, never) -> disconnect());
    }

    private void disconnect() {
        // First, or what is repeated would be tried on a driver that is closed, and warned of.
        engine.steps().close();
        CompletableFuture<Void> closing = engine.steps()
                .bounded(() -> "close", Steps.begin(() -> engine.driver().close()));
        Outcome.of(closing, (done, failure) -> {
            if (failure != null) {
                log.warn("{}: closing failed", engine.steps().where(), failure);
            }
            disconnected.complete(null);
            engine.callbacks().close();
            afterClose.run();
        });
    }

    @Override
    public String toString() {
        return "coordinator of member " + engine.steps().where();
    }
}
