package dev.conclave.kit;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A listener that remembers what it heard, in order. Get it from {@link Stage#hear()}, which at the end of the scenario fails
 * if a call came on a thread that is not for callbacks.
 *
 * @param <T> what is heard
 */
public final class Heard<T> implements Consumer<T> {
    private final List<T> all = new CopyOnWriteArrayList<>();
    private final CallbackThreads threads;

    Heard(CallbackThreads threads) {
        this.threads = threads;
    }

    @Override
    public void accept(T event) {
        threads.check(event);
        all.add(event);
    }

    /** What was heard so far. */
    public List<T> all() {
        return List.copyOf(all);
    }

    /** What was heard of one kind so far. */
    public <U extends T> List<U> all(Class<U> kind) {
        return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The last that was heard. */
    public Optional<T> last() {
        List<T> now = all();
        return now.isEmpty() ? Optional.empty() : Optional.of(now.get(now.size() - 1));
    }

    /** Waits until something was heard that fits, at any time. */
    public T await(String what, Predicate<? super T> fits) throws Exception {
        try {
            return Await.value(what, () -> all.stream().filter(fits).findFirst());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; heard " + all, e);
        }
    }

    /** Waits until something of that kind was heard. */
    public <U extends T> U await(Class<U> kind) throws Exception {
        return kind.cast(await("a " + kind.getSimpleName(), kind::isInstance));
    }

    /** Waits until the last that was heard fits. */
    public T awaitLast(String what, Predicate<? super T> fits) throws Exception {
        try {
            return Await.value(what, () -> last().filter(fits));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; heard " + all, e);
        }
    }
}
