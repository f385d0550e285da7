package dev.conclave.engine;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What this coordinator's member asks the backend about its place in one group, so that nothing is left behind. */
final class EnrolmentSteps {
    private final EngineContext engine;
    private final SessionKeeper keeper;
    private final String group;
    private final boolean createsGroup;

    EnrolmentSteps(EngineContext engine, SessionKeeper keeper, String group, boolean createsGroup) {
        this.engine = engine;
        this.keeper = keeper;
        this.group = group;
        this.createsGroup = createsGroup;
    }

    /** What is to be read by others. */
    record Publication(long edition, String json) {}

    /** Asks once to be listed. If it fails, the enrolment may have happened all the same, and is withdrawn. */
    CompletableFuture<EnrolReply> enrol(Session in, EnrolmentId id, Publication publication, boolean takeOver) {
        Enrolment request = new Enrolment(id, publication.json(), createsGroup, takeOver);
        return engine.steps()
                .call("join group " + group, () -> engine.driver().enrol(request))
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        withdrawTwice(in, id);
                    }
                });
    }

    /** The enrolment may have happened, or happen yet: withdraw it now, and once more when it can no longer arrive. */
    private void withdrawTwice(Session in, EnrolmentId id) {
        withdraw(in, id);
        if (!in.isEnded()) {
            engine.time().schedule(in.ttl(), () -> withdraw(in, id));
        }
    }

    /** Withdraws an enrolment that nobody has a use for, until it is confirmed. */
    void withdraw(Session in, EnrolmentId id) {
        engine.steps()
                .untilConfirmed(
                        "leave group " + group,
                        in::isEnded,
                        () -> engine.driver().withdraw(id));
    }

    /** Withdraws an enrolment, once. */
    CompletableFuture<Boolean> leave(EnrolmentId id) {
        return engine.steps().call("leave group " + group, () -> engine.driver().withdraw(id));
    }

    /** Publishes capabilities, once. Whether the enrolment is listed. */
    CompletableFuture<Boolean> amend(EnrolmentId id, Publication publication) {
        return engine.steps()
                .call(
                        "update group " + group,
                        () -> engine.driver().amend(id, publication.edition(), publication.json()));
    }

    /** Publishes the latest capabilities, until it is confirmed. */
    void amendUntilConfirmed(Session in, EnrolmentId id, Supplier<Publication> latest) {
        engine.steps().untilConfirmed("update group " + group, in::isEnded, () -> {
            Publication publication = latest.get();
            return engine.driver().amend(id, publication.edition(), publication.json());
        });
    }

    /** Which incarnation of this member the backend lists. */
    CompletableFuture<Optional<SessionId>> whoIsListed() {
        return engine.steps()
                .call("look at group " + group, () -> engine.driver().roster(group, -1))
                .thenApply(reply -> reply instanceof RosterReply.Whole whole
                        ? whole.entries().stream()
                                .map(entry -> entry.id().session())
                                .filter(listed -> listed.member().equals(engine.member()))
                                .findFirst()
                        : Optional.empty());
    }

    /** Whether that is neither this coordinator's session nor one that it had: a newer run of the member. */
    boolean isForeign(SessionId listed) {
        Session mine = keeper.currentSession();
        boolean current = mine != null && mine.id().equals(listed);
        return !current && !keeper.wasOurs(listed.incarnation());
    }
}
