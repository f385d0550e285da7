package dev.conclave.cli;

import dev.conclave.Candidacy;
import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Leadership;
import dev.conclave.Membership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One of the processes of {@code conclave demo}. It says on stdout what it does, and ends when its stdin does; so it ends
 * too if the demo itself is killed.
 */
final class DemoMemberCommand extends Command {
    private volatile boolean stopping;

    DemoMemberCommand() {
        super("demo-member", "COUNTER", "One of the processes of conclave demo.");
    }

    @Override
    int run(Context context) throws InterruptedException {
        DemoCounter counter = new DemoCounter(Path.of(exactly("COUNTER").get(0)));
        stopAtEndOfInput();
        Coordinator coordinator = context.coordinator();
        Capabilities process = Capabilities.of("pid", ProcessHandle.current().pid());
        Membership membership = coordinator.group(Demo.GROUP).join(process);
        Candidacy candidacy = coordinator.election(Demo.ELECTION).run(term -> leads(term, context));
        try (membership;
                candidacy) {
            context.print("joined\t" + ProcessHandle.current().pid());
            while (!stopping) {
                try (Grant grant = next(coordinator)) {
                    increment(counter, grant, context);
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(20, 80));
            }
        }
        return ExitCode.OK;
    }

    private static Grant next(Coordinator coordinator) throws InterruptedException {
        return coordinator.lock(Demo.LOCK).acquire();
    }

    private static void increment(DemoCounter counter, Grant grant, Context context) throws InterruptedException {
        try {
            DemoCounter.Value before = counter.read();
            if (before.token() > grant.fencingToken()) {
                context.print("refused\t" + grant.fencingToken() + "\t" + before.token());
                return;
            }
            // Said before it is done: who is killed in between has said so.
            context.print("takes\t" + grant.fencingToken() + "\t" + before.count());
            // Long enough for any two that are here at once to spoil the count.
            Thread.sleep(15);
            counter.write(new DemoCounter.Value(before.count() + 1, grant.fencingToken()));
            context.print("wrote\t" + grant.fencingToken() + "\t" + (before.count() + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void leads(Leadership term, Context context) {
        context.print("leads\t" + term.term());
    }

    private void stopAtEndOfInput() {
        Thread reader = new Thread(
                () -> {
                    try {
                        System.in.readAllBytes();
                    } catch (IOException e) {
                        // As good as the end.
                    }
                    stopping = true;
                },
                "demo-input");
        reader.setDaemon(true);
        reader.start();
    }
}
