package dev.conclave.jdbc;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is asked of the server. What queues up while others wait for an answer goes out together. */
final class Exchange implements Duty.Work {
    private static final int LARGEST_BATCH = 64;
    private static final int BATCH_BYTES = 32 * 1024;
    private static final int MOST_UNDER_WAY = 2;
    /** How long a lent thread waits for an answer in vain. */
    private static final int LENT_MILLIS = 4;

    private final Dialect dialect;
    private final Keys keys;
    private final Environment environment;
    private final Link link;
    private final Duty duty;
    private final Queue<Job> asked = new ConcurrentLinkedQueue<>();
    /** In the order of sending; of the thread on duty. */
    private final Queue<Batch> underWay = new ArrayDeque<>();

    private volatile int batchesUnderWay;
    private final Consumer<SessionId> whenLost;
    private final Sweeps sweeps;
    private volatile boolean closed;

    Exchange(Dialect dialect, Keys keys, Environment environment, Consumer<SessionId> whenLost) {
        this.dialect = dialect;
        this.keys = keys;
        this.environment = environment;
        this.link = new Link(dialect);
        this.whenLost = whenLost;
        this.sweeps = new Sweeps(environment.time(), this);
        String name = "conclave-" + dialect.info().name() + "-" + environment.member();
        this.duty = new Duty(name, this);
        duty.start();
    }

    Link link() {
        return link;
    }

    CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return submit(new Job.Claim(request, new CompletableFuture<>()));
    }

    CompletableFuture<Released> release(ClaimId claim) {
        return submit(new Job.Release(claim, new CompletableFuture<>()));
    }

    /** @param looking whether the answer tells who lives, so that the dead are to be found first */
    <T> CompletableFuture<T> ask(String what, boolean looking, Job.Question<T> question) {
        return submit(new Job.Ask<>(what, looking, question, new CompletableFuture<>()));
    }

    @SuppressWarnings("unchecked")
    private <T> CompletableFuture<T> submit(Job job) {
        asked.add(job);
        duty.pending(job instanceof Job.Ask);
        return (CompletableFuture<T>) job.reply();
    }

    private void refuse(Job job) {
        job.reply()
                .completeExceptionally(new BackendUnavailableException(
                        "member " + environment.member() + " has closed its connection to " + dialect, null));
    }

    @Override
    public boolean isPending() {
        return batchesUnderWay > 0 || !asked.isEmpty();
    }

    @Override
    public void advance(Consumer<Runnable> telling) {
        Pipe pipe = link.pipe();
        if (pipe == null) {
            exchange(next());
            return;
        }
        send(pipe, Integer.MAX_VALUE, telling);
        if (link.pipe() != pipe) {
            return; // it broke: first those who wait are told, then somebody may connect, which can take long
        }
        if (!underWay.isEmpty()) {
            receive(pipe, telling);
        } else if (!asked.isEmpty()) {
            exchange(List.of(asked.remove())); // no part of a batch, or it would be under way
        }
    }

    @Override
    public boolean advanceAtOnce(Consumer<Runnable> telling) {
        Pipe pipe = link.pipe();
        if (pipe == null) {
            return false;
        }
        send(pipe, Pipe.WINDOW_BYTES, telling);
        if (underWay.isEmpty() || !comes(pipe, telling)) {
            return false; // what the thread waits for is not to be had here, or not soon
        }
        receive(pipe, telling);
        return true;
    }

    /** See {@link dev.conclave.spi.Driver#lend}. */
    void lend(BooleanSupplier done) {
        if (link.pipe() != null || duty.isOffDutyHere()) {
            duty.lend(done);
        }
    }

    private List<Job> next() {
        List<Job> jobs = new ArrayList<>();
        for (Job job = asked.poll(); job != null; job = jobs.size() < LARGEST_BATCH ? asked.poll() : null) {
            jobs.add(job);
        }
        return jobs;
    }

    /**
     * Sends the batches that come next, up to what is no part of one, as long as not too many are under way: while the server works
     * on one, the next is there already.
     *
     * @param window how many bytes may be under way
     */
    private void send(Pipe pipe, int window, Consumer<Runnable> telling) {
        while (underWay.size() < MOST_UNDER_WAY) {
            Batch batch = dialect.batch(keys);
            int room = window;
            for (Batch sent : underWay) {
                room -= sent.bytes();
            }
            Job next = asked.peek();
            while (next != null && isRoomFor(next, batch, room) && batch.add(next)) {
                asked.remove();
                next = asked.peek();
            }
            if (batch.isEmpty()) {
                return;
            }
            underWay.add(batch);
            batchesUnderWay = underWay.size();
            try {
                pipe.send(batch);
            } catch (SQLException | RuntimeException | Error e) {
                broken(e, telling);
                return;
            }
        }
    }

    private static boolean isRoomFor(Job job, Batch batch, int room) {
        return batch.size() < LARGEST_BATCH && batch.bytes() < BATCH_BYTES && batch.bytes() + Batch.bytes(job) <= room;
    }

    private boolean comes(Pipe pipe, Consumer<Runnable> telling) {
        try {
            return pipe.comes(LENT_MILLIS);
        } catch (SQLException | RuntimeException | Error e) {
            broken(e, telling);
            return false;
        }
    }

    private void receive(Pipe pipe, Consumer<Runnable> telling) {
        Batch.Outcome outcome;
        try {
            outcome = pipe.receive();
        } catch (SQLException | RuntimeException | Error e) {
            if (e instanceof SQLException refused && !dialect.failures().endsConnection(refused)) {
                Errand failed = errand(answered());
                telling.accept(() -> failed.fail(dialect, e));
            } else {
                broken(e, telling);
            }
            return;
        }
        Batch answered = answered();
        send(pipe, Pipe.WINDOW_BYTES, telling); // the server need not wait until all have been told
        boolean sweepDue = outcome.someWait() && sweeps.isDue();
        telling.accept(() -> {
            answered.complete(outcome);
            if (sweepDue) {
                sweeps.later();
            }
        });
    }

    private Batch answered() {
        Batch answered = underWay.remove();
        batchesUnderWay = underWay.size();
        return answered;
    }

    /** The connection ended, or nobody knows where in its stream we are. */
    private void broken(Throwable failure, Consumer<Runnable> telling) {
        List<Batch> unanswered = List.copyOf(underWay);
        underWay.clear();
        batchesUnderWay = 0;
        SessionId lost = link.drop();
        telling.accept(() -> {
            unanswered.forEach(batch -> errand(batch).fail(dialect, failure));
            if (lost != null && !closed) {
                whenLost.accept(lost);
            }
        });
    }

    @Override
    public void end() {
        for (Batch batch = underWay.poll(); batch != null; batch = underWay.poll()) {
            batch.jobs().forEach(this::refuse);
        }
        batchesUnderWay = 0;
        for (Job job = asked.poll(); job != null; job = asked.poll()) {
            refuse(job);
        }
    }

    /** Without a way to send batches ahead: one after the other, and connects if need be. */
    private void exchange(List<Job> jobs) {
        Batch batch = dialect.batch(keys);
        List<Errand> errands = new ArrayList<>();
        List<Job> later = new ArrayList<>();
        for (Job job : jobs) {
            if (job instanceof Job.Ask<?> ask) {
                errands.add(new Errand(ask.what(), List.of(ask), statements -> answer(ask, statements)));
            } else if (!batch.add(job)) {
                later.add(job);
            }
        }
        if (!batch.isEmpty()) {
            errands.add(0, errand(batch));
        }
        for (int i = 0; i < errands.size(); i++) {
            Statements statements;
            try {
                statements = link.statements();
            } catch (SQLException | RuntimeException | Error e) {
                // Not one attempt to connect after the other: the rest would fare no better.
                errands.subList(i, errands.size()).forEach(errand -> errand.fail(dialect, e));
                new Errand("connecting", later, any -> {}).fail(dialect, e);
                return;
            }
            run(errands.get(i), statements);
        }
        if (!later.isEmpty()) {
            exchange(later);
        }
    }

    private Errand errand(Batch batch) {
        return new Errand("claims", batch.jobs(), statements -> send(batch, statements));
    }

    /** What goes to the server together. */
    private record Errand(String what, List<? extends Job> jobs, Sending sending) {
        void fail(Dialect dialect, Throwable failure) {
            jobs.forEach(
                    job -> job.reply().completeExceptionally(dialect.failures().of(dialect, what, failure)));
        }
    }

    @FunctionalInterface
    private interface Sending {
        void send(Statements statements) throws SQLException;
    }

    private void run(Errand errand, Statements statements) {
        try {
            errand.sending().send(statements);
        } catch (SQLException | RuntimeException | Error e) {
            SessionId lost = isAnswer(e) ? null : link.drop();
            errand.fail(dialect, e);
            if (lost != null && !closed) {
                whenLost.accept(lost);
            }
        }
    }

    /** Whether a failure is what the server says; after any other nobody knows where in its stream the connection is. */
    private boolean isAnswer(Throwable failure) {
        return failure instanceof SQLException sql
                ? !dialect.failures().endsConnection(sql)
                : failure instanceof ConclaveException;
    }

    private void answer(Job.Ask<?> ask, Statements statements) throws SQLException {
        if (ask.looking()) {
            sweeps.ifDue(statements);
        }
        ask.answer(statements);
    }

    private void send(Batch batch, Statements statements) throws SQLException {
        Batch.Outcome outcome = batch.send(statements);
        batch.complete(outcome);
        if (outcome.someWait()) {
            sweeps.ifDue(statements);
        }
    }

    /** See {@link Sweeps#lookForDeaths}. */
    void lookForDeaths(BooleanSupplier wanted) {
        sweeps.lookForDeaths(wanted);
    }

    boolean isClosed() {
        return closed;
    }

    /** Closes the connection after what is asked already, and wakes the listener to end too; says whether it could. */
    CompletableFuture<Boolean> close() {
        closed = true;
        if (!link.isConnected()) {
            abort();
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> closing = ask("closing", false, statements -> {
            dialect.wake(statements, link.listener());
            link.close();
            return true;
        });
        return closing.handle((closedInOrder, failure) -> {
            abort();
            return failure == null;
        });
    }

    /** Breaks the connection, so that what waits for it fails. */
    void abort() {
        closed = true;
        duty.close();
        link.abort();
    }

    static <T> T orThrow(T result, @Nullable Throwable failure) {
        if (failure != null) {
            throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
        }
        return result;
    }
}
