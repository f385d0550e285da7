package dev.conclave.engine;

import dev.conclave.Subscription;
import dev.conclave.spi.Subject;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells one observer which groups exist. */
final class GroupsWatch extends Look<Set<String>> {
    private final Callbacks.Serial queue;
    private final Consumer<? super Set<String>> listener;
    private @Nullable Set<String> last;

    private GroupsWatch(EngineContext engine, Watches watches, Consumer<? super Set<String>> listener) {
        super(engine, watches, new Subject.AllGroups());
        this.queue = engine.callbacks().serial("the watch of all groups");
        this.listener = listener;
    }

    static Subscription open(EngineContext engine, Watches watches, Consumer<? super Set<String>> listener) {
        GroupsWatch watch = new GroupsWatch(engine, watches, listener);
        watch.start();
        return watch::close;
    }

    private void close() {
        stop();
        queue.close();
    }

    @Override
    protected CompletableFuture<Set<String>> look() {
        return engine.driver().groups();
    }

    @Override
    protected void seen(Set<String> groups) {
        if (!groups.equals(last)) {
            last = Set.copyOf(groups);
            Set<String> sorted = new TreeSet<>(groups);
            queue.run(() -> listener.accept(sorted));
        }
    }
}
