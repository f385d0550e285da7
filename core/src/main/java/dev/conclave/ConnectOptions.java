package dev.conclave;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How to connect. What can be said as text is the same option here and in the URL's query, read by one
 * parser; where both say something, the URL wins, since it comes from where the program is deployed.
 *
 * <p>Immutable.
 */
public final class ConnectOptions {
    private final Map<String, String> texts;
    private final Optional<Executor> callbackExecutor;
    private final Optional<TimeSource> timeSource;

    private ConnectOptions(Builder builder) {
        this.texts = Map.copyOf(builder.texts);
        this.callbackExecutor = Optional.ofNullable(builder.callbackExecutor);
        this.timeSource = Optional.ofNullable(builder.timeSource);
    }

    /** Everything as it is by default. */
    public static ConnectOptions defaults() {
        return builder().build();
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** The options that have a textual form, by their names in a URL. */
    public Map<String, String> texts() {
        return texts;
    }

    /** Where callbacks run, if the application gave it. */
    public Optional<Executor> callbackExecutor() {
        return callbackExecutor;
    }

    /** The clock and scheduler, if the application gave one; tests do. */
    public Optional<TimeSource> timeSource() {
        return timeSource;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private final Map<String, String> texts = new LinkedHashMap<>();
        private @org.jspecify.annotations.Nullable Executor callbackExecutor;
        private @org.jspecify.annotations.Nullable TimeSource timeSource;

        private Builder() {}

        /** The session's time-to-live: {@code ttl} in a URL; 10 s by default; from 100 ms to one day. */
        public Builder ttl(Duration ttl) {
            return option("ttl", Durations.format(ttl));
        }

        /** How long one call to the backend may take: {@code call-timeout} in a URL; by default a third of the ttl. */
        public Builder callTimeout(Duration timeout) {
            return option("call-timeout", Durations.format(timeout));
        }

        /** Keeps applications apart that share a backend: {@code namespace} in a URL; {@code conclave} by default. */
        public Builder namespace(String namespace) {
            return option("namespace", namespace);
        }

        /** Any option by its name in a URL, those of the driver included. */
        public Builder option(String name, String value) {
            texts.put(name, value);
            return this;
        }

        /**
         * Where callbacks run; by default on daemon threads named {@code conclave-callbacks-…}. Calls of
         * one subscription come one at a time and in order on any executor; an event loop will do.
         */
        public Builder callbackExecutor(Executor executor) {
            this.callbackExecutor = executor;
            return this;
        }

        /** The clock and scheduler; for tests, which run in virtual time. */
        public Builder timeSource(TimeSource source) {
            this.timeSource = source;
            return this;
        }

        /** The options as collected so far. */
        public ConnectOptions build() {
            return new ConnectOptions(this);
        }
    }
}
