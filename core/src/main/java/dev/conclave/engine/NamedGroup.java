package dev.conclave.engine;

import dev.conclave.AsyncGroup;
import dev.conclave.Capabilities;
import dev.conclave.Group;
import dev.conclave.GroupAlreadyExistsException;
import dev.conclave.GroupEvent;
import dev.conclave.GroupNotEmptyException;
import dev.conclave.GroupNotFoundException;
import dev.conclave.JoinOptions;
import dev.conclave.Membership;
import dev.conclave.Partitioner;
import dev.conclave.Subscription;
import dev.conclave.View;
import dev.conclave.spi.RosterReply;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A group by its name. Holds nothing; memberships and watches are registered with the coordinator. */
final class NamedGroup implements Group {
    private final EngineContext engine;
    private final Memberships memberships;
    private final String name;

    NamedGroup(EngineContext engine, Memberships memberships, String name) {
        this.engine = engine;
        this.memberships = memberships;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void create() throws InterruptedException {
        Blocking.await(engine.steps(), created());
    }

    private CompletableFuture<Void> created() {
        return engine.steps()
                .call("create group " + name, () -> engine.driver().createGroup(name))
                .thenAccept(isNew -> {
                    if (!isNew) {
                        throw new GroupAlreadyExistsException("group " + name + " exists already");
                    }
                });
    }

    @Override
    public void delete() throws InterruptedException {
        Blocking.await(engine.steps(), deleted());
    }

    private CompletableFuture<Void> deleted() {
        return engine.steps()
                .call("delete group " + name, () -> engine.driver().deleteGroup(name))
                .thenAccept(outcome -> {
                    switch (outcome) {
                        case NO_GROUP -> throw notFound();
                        case NOT_EMPTY ->
                            throw new GroupNotEmptyException(
                                    "group " + name + " has live members; they must leave before it can be deleted");
                        case DELETED -> {}
                    }
                });
    }

    private GroupNotFoundException notFound() {
        return new GroupNotFoundException("there is no group " + name + "; create it, or let a member join");
    }

    @Override
    public Membership join(Capabilities capabilities, JoinOptions options) throws InterruptedException {
        Blocking.checkInterrupt();
        CompletableFuture<Membership> joining = memberships.join(name, capabilities, options);
        return Blocking.await(
                engine.steps(), joining, () -> Outcome.ignore(joining.thenAccept(NamedGroup::leaveQuietly)));
    }

    private static void leaveQuietly(Membership unwanted) {
        Outcome.ignore(unwanted.leaveAsync());
    }

    @Override
    public View view() throws InterruptedException {
        return Blocking.await(engine.steps(), viewed());
    }

    private CompletableFuture<View> viewed() {
        return engine.steps()
                .call("look at group " + name, () -> engine.driver().roster(name, -1))
                .thenApply(this::view);
    }

    private View view(RosterReply reply) {
        if (reply instanceof RosterReply.Whole whole) {
            return View.of(
                    name,
                    whole.revision(),
                    whole.entries().stream().map(GroupTracker::member).toList());
        }
        if (reply instanceof RosterReply.NoGroup) {
            throw notFound();
        }
        throw new IllegalStateException("the driver answered with " + reply + " to a request for a whole roster");
    }

    @Override
    public Subscription watch(Consumer<? super GroupEvent> listener) {
        return memberships.watch(name, listener);
    }

    @Override
    public Partitioner partitioner(String weightCapability) throws InterruptedException {
        LivePartitioner partitioner = new LivePartitioner(engine, memberships, name, weightCapability);
        return Blocking.await(engine.steps(), partitioner.started(), partitioner::close);
    }

    @Override
    public AsyncGroup async() {
        return new Async();
    }

    @Override
    public String toString() {
        return "group " + name;
    }

    private final class Async implements AsyncGroup {
        @Override
        public CompletableFuture<Void> create() {
            return Publishing.publish(created(), engine.callbacks());
        }

        @Override
        public CompletableFuture<Void> delete() {
            return Publishing.publish(deleted(), engine.callbacks());
        }

        @Override
        public CompletableFuture<Membership> join(Capabilities capabilities, JoinOptions options) {
            return Publishing.publish(
                    memberships.join(name, capabilities, options),
                    engine.callbacks(),
                    cancelled -> {},
                    NamedGroup::leaveQuietly);
        }

        @Override
        public CompletableFuture<View> view() {
            return Publishing.publish(viewed(), engine.callbacks());
        }

        @Override
        public CompletableFuture<Partitioner> partitioner(String weightCapability) {
            LivePartitioner partitioner = new LivePartitioner(engine, memberships, name, weightCapability);
            return Publishing.publish(
                    partitioner.started(), engine.callbacks(), cancelled -> partitioner.close(), Partitioner::close);
        }
    }
}
