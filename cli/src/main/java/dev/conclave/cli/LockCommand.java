package dev.conclave.cli;

import dev.conclave.Grant;
import dev.conclave.Holder;
import dev.conclave.Lock;
import dev.conclave.LockInfo;
import dev.conclave.ReleaseResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave lock}. */
final class LockCommand extends GuardingCommand {
    private final OptionSpec shared =
            flag("--shared", "Share the lock with others that share it; none of them holds it alone.");
    private final OptionSpec wait =
            option("--wait", "TIME", "How long to wait for the lock. Default: as long as it takes.");
    private final OptionSpec noWait = flag("--no-wait", "Do not wait: exit with 75 if another holds it.");

    LockCommand() {
        super("lock", "NAME -- CMD [ARG...]", "Runs a command while holding a lock.");
        details(
                "CMD finds CONCLAVE_LOCK, CONCLAVE_FENCING_TOKEN and CONCLAVE_MEMBER in its environment. The token grows "
                        + "with every grant: a store that refuses smaller ones than it has seen is safe from a holder that "
                        + "was paused.",
                "The lock is released when CMD itself has ended; what CMD left in the background runs on without it. If "
                        + "the lock is lost, CMD and its descendants get SIGTERM, then SIGKILL, and the exit code is 121. "
                        + "SIGTERM, SIGINT and SIGHUP are passed on to CMD, and conclave ends after it. conclave itself "
                        + "must not be killed with SIGKILL: the lock would be free and CMD still run.");
        examples(
                "conclave lock nightly-report --wait 5m -- ./report.sh",
                "conclave lock cache --shared --no-wait -- ./read-cache.sh || echo \"busy: $?\"");
    }

    @Override
    int run(Context context) throws InterruptedException {
        String name = exactly("NAME").get(0);
        requiredProgram();
        if (isSet(noWait) && text(wait).isPresent()) {
            throw Failure.usage("--wait and --no-wait exclude each other");
        }
        Optional<Duration> patience = isSet(noWait) ? Optional.of(Duration.ZERO) : duration(wait);
        Guarded guarded = guarded(context);
        Lock plain = context.coordinator().lock(name);
        Lock lock = isSet(shared) ? plain.shared() : plain;
        Optional<Grant> acquired = acquire(lock, patience, context);
        if (acquired.isEmpty()) {
            throw new Failure(ExitCode.BUSY, busy(lock, patience.orElseThrow()));
        }
        try (Grant grant = acquired.get()) {
            context.tellMore(
                    context.settings().member() + " holds lock " + name + " (token " + grant.fencingToken() + ")");
            Guarded.Outcome outcome = guarded.run("lock " + name, variables(grant), grant.lost());
            return exitCode(outcome, grant, context);
        }
    }

    private static Map<String, String> variables(Grant grant) {
        return Map.of("CONCLAVE_LOCK", grant.name(), "CONCLAVE_FENCING_TOKEN", Long.toString(grant.fencingToken()));
    }

    private static int exitCode(Guarded.Outcome outcome, Grant grant, Context context) {
        if (outcome.loss().isPresent()) {
            return ExitCode.LOST;
        }
        ReleaseResult released = grant.release();
        if (released == ReleaseResult.ALREADY_LOST) {
            // CMD was quicker than the news of the loss, or we all were paused. Its work was not guarded to the end.
            context.tell("lock " + grant.name() + " was lost before the command ended");
            return ExitCode.LOST;
        }
        if (released == ReleaseResult.UNKNOWN) {
            context.tell("the release of lock " + grant.name()
                    + " was not confirmed; at the latest it ends with our session");
        }
        return outcome.exitCode();
    }

    private static Optional<Grant> acquire(Lock lock, Optional<Duration> patience, Context context)
            throws InterruptedException {
        return patience.isPresent()
                ? await(lock.async().tryAcquire(patience.get()), lock, context)
                : Optional.of(await(lock.async().acquire(), lock, context));
    }

    private static <T> T await(CompletableFuture<T> asked, Lock lock, Context context) throws InterruptedException {
        try {
            return new Waiting(context).until(new Waiting.Wanted<>() {
                @Override
                public Optional<T> within(Duration time) throws InterruptedException {
                    return answer(asked, time);
                }

                @Override
                public String obstacle() throws InterruptedException {
                    return waitingFor(lock.info());
                }
            });
        } finally {
            // Changes nothing if it has completed; after an interrupt, gives up our place in the queue.
            asked.cancel(true);
        }
    }

    private static <T> Optional<T> answer(CompletableFuture<T> asked, Duration time) throws InterruptedException {
        try {
            return Optional.of(asked.get(time.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (CancellationException e) {
            throw new InterruptedException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    static String waitingFor(LockInfo info) {
        if (info.isFree()) {
            return "waiting for lock " + info.name() + ", which is about to change hands";
        }
        Holder first = info.holders().get(0);
        int others = info.holders().size() - 1;
        return "waiting for lock " + info.name() + ", " + (first.shared() ? "shared" : "held") + " by " + first.member()
                + (others == 0 ? "" : " and " + others + (others == 1 ? " other" : " others"))
                + " since " + Waiting.clock(first.since()) + " (token " + first.token() + ")";
    }

    private static String busy(Lock lock, Duration patience) throws InterruptedException {
        LockInfo info = lock.info();
        List<Holder> holders = info.holders();
        String held = holders.isEmpty()
                ? "others were before us"
                : "held by " + holders.get(0).member() + " since "
                        + Waiting.clock(holders.get(0).since()) + " (token "
                        + holders.get(0).token() + ")";
        return "lock " + lock.name() + " is busy: " + held
                + (patience.isZero() ? "" : "; waited " + dev.conclave.Durations.format(patience));
    }
}
