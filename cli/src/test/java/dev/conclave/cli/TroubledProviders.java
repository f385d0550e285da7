package dev.conclave.cli;

import dev.conclave.BackendUnavailableException;
import dev.conclave.DriverInfo;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Drivers that do not get far: {@code down:}, {@code refused:} and {@code broken:}. */
public final class TroubledProviders {
    private TroubledProviders() {}

    /** A backend that does not answer. */
    public static final class Down extends Troubled {
        public Down() {
            super(
                    "down",
                    new BackendUnavailableException("down:x did not answer\nwithin 1s", new Exception("refused")));
        }
    }

    /** A backend as it must not be deployed. */
    public static final class Refused extends Troubled {
        public Refused() {
            super("refused", new UnsupportedDeploymentException("refused:x is a network file system; use a local one"));
        }
    }

    /** A driver with a mistake in it. */
    public static final class Broken extends Troubled {
        public Broken() {
            super("broken", new IllegalStateException("oops"));
        }
    }

    /** What they share. */
    abstract static class Troubled implements DriverProvider {
        private final String name;
        private final RuntimeException trouble;

        Troubled(String name, RuntimeException trouble) {
            this.name = name;
            this.trouble = trouble;
        }

        @Override
        public DriverInfo info() {
            return new DriverInfo(
                    name, List.of(name), List.of(name + ":x"), Set.of(), Optional.empty(), Duration.ofMillis(500));
        }

        @Override
        public CompletableFuture<Driver> open(Target target, Environment environment) {
            return CompletableFuture.failedFuture(trouble);
        }
    }
}
