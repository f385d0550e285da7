package dev.conclave.zookeeper;

import java.util.Objects;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * What the server answered: a value, or one of the refusals that a step expects. Everything else fails the future.
 *
 * @param code {@link Code#OK}, or the refusal
 */
record Reply<T>(Code code, @Nullable T value) {
    boolean isOk() {
        return code == Code.OK;
    }

    boolean is(Code expected) {
        return code == expected;
    }

    /** Of a reply that is OK. */
    T get() {
        return Objects.requireNonNull(value, "no value");
    }
}
