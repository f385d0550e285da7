package dev.conclave.engine;

import dev.conclave.BackendUnavailableException;
import dev.conclave.DriverInfo;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A driver without a backend: it notes each step, and the test completes it by hand, at once, late or
 * never. A {@link Script} can also be told to answer by itself, on the caller's thread.
 */
final class ScriptedDriver implements Driver {
    /** The arguments of {@link Driver#renew}. */
    record Renewing(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {}

    /** The arguments of {@link Driver#amend}. */
    record Amendment(EnrolmentId enrolment, long edition, String capabilities) {}

    /** The arguments of {@link Driver#roster}. */
    record Look(String group, long knownRevision) {}

    final Script<SessionId, Duration> openSession = new Script<>("openSession");
    final Script<Renewing, Renewal> renew = new Script<>("renew");
    final Script<SessionId, Void> endSession = new Script<>("endSession");
    final Script<ClaimRequest, ClaimReply> claim = new Script<>("claim");
    final Script<ClaimId, Released> release = new Script<>("release");
    final Script<ClaimKey, ClaimStatus> inspect = new Script<>("inspect");
    final Script<ClaimKey.Kind, List<ClaimStatus>> list = new Script<>("list");
    final Script<Long, Boolean> breakClaim = new Script<>("breakClaim");
    final Script<String, Boolean> createGroup = new Script<>("createGroup");
    final Script<String, GroupDeletion> deleteGroup = new Script<>("deleteGroup");
    final Script<String, Set<String>> groups = new Script<>("groups");
    final Script<Enrolment, EnrolReply> enrol = new Script<>("enrol");
    final Script<Amendment, Boolean> amend = new Script<>("amend");
    final Script<EnrolmentId, Boolean> withdraw = new Script<>("withdraw");
    final Script<Look, RosterReply> roster = new Script<>("roster");
    final Script<Subject, Duration> watch = new Script<>("watch");
    final Script<String, Void> close = new Script<>("close");
    /** What the driver does with a thread that is lent to it. */
    volatile Consumer<BooleanSupplier> lend = done -> {};

    final List<Subject> unwatched = new CopyOnWriteArrayList<>();

    /** A backend where all goes well; every claim is granted, with a greater token each time. */
    static ScriptedDriver obliging(Duration ttl) {
        ScriptedDriver driver = new ScriptedDriver();
        driver.openSession.answer(session -> ttl);
        driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of()));
        driver.endSession.answer(session -> null);
        driver.claim.answer(request -> new ClaimReply.Granted(driver.claim.count()));
        driver.release.answer(claim -> Released.HELD);
        driver.enrol.answer(enrolment -> EnrolReply.ENROLLED);
        driver.amend.answer(amendment -> true);
        driver.withdraw.answer(enrolment -> true);
        driver.watch.answer(subject -> Duration.ofMinutes(1));
        driver.close.answer(nothing -> null);
        return driver;
    }

    /** One step that the engine began. */
    static final class Call<A, R> {
        final A argument;
        final CompletableFuture<R> reply = new CompletableFuture<>();

        private Call(A argument) {
            this.argument = argument;
        }

        void answer(R value) {
            reply.complete(value);
        }

        /** The outcome is not known. */
        void fail() {
            reply.completeExceptionally(new BackendUnavailableException("the test cut the connection", null));
        }
    }

    /** All calls of one step, and how the next ones are answered. */
    static final class Script<A, R> {
        private final String name;
        private final List<Call<A, R>> calls = new CopyOnWriteArrayList<>();
        private volatile @Nullable Function<A, R> answer;
        private volatile @Nullable RuntimeException failure;

        private Script(String name) {
            this.name = name;
        }

        /** From now on, answers at once on the caller's thread. */
        void answer(Function<A, R> with) {
            failure = null;
            answer = with;
        }

        /** From now on, fails at once: the outcome is not known. */
        void fail() {
            fail(new BackendUnavailableException("the test lets " + name + " fail", null));
        }

        /** From now on, fails at once like this. */
        void fail(RuntimeException with) {
            failure = with;
        }

        /** From now on, the test completes each call by hand. */
        void byHand() {
            failure = null;
            answer = null;
        }

        int count() {
            return calls.size();
        }

        List<A> arguments() {
            return calls.stream().map(call -> call.argument).toList();
        }

        Call<A, R> last() {
            if (calls.isEmpty()) {
                throw new AssertionError("the engine never called " + name);
            }
            return calls.get(calls.size() - 1);
        }

        Call<A, R> call(int number) {
            return calls.get(number);
        }

        private CompletableFuture<R> called(A argument) {
            Call<A, R> call = new Call<>(argument);
            calls.add(call);
            RuntimeException failing = failure;
            Function<A, R> answering = answer;
            if (failing != null) {
                call.reply.completeExceptionally(failing);
            } else if (answering != null) {
                call.answer(answering.apply(argument));
            }
            return call.reply;
        }
    }

    @Override
    public DriverInfo info() {
        return new DriverInfo(
                "scripted", List.of("scripted"), List.of("scripted:"), Set.of(), Optional.empty(), Duration.ZERO);
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        return openSession.called(session);
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        return renew.called(new Renewing(session, claims, enrolments));
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        return endSession.called(session);
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return claim.called(request);
    }

    @Override
    public CompletableFuture<Released> release(ClaimId id) {
        return release.called(id);
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return inspect.called(key);
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return list.called(kind);
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return breakClaim.called(token);
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return createGroup.called(group);
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return deleteGroup.called(group);
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return groups.called("");
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return enrol.called(enrolment);
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return amend.called(new Amendment(enrolment, edition, capabilities));
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return withdraw.called(enrolment);
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return roster.called(new Look(group, knownRevision));
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        return watch.called(subject);
    }

    @Override
    public void unwatch(Subject subject) {
        unwatched.add(subject);
    }

    @Override
    public void lend(BooleanSupplier done) {
        lend.accept(done);
    }

    @Override
    public CompletableFuture<Void> close() {
        return close.called("");
    }
}
