package dev.conclave.kit.line;

import dev.conclave.DriverInfo;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The {@code line:} driver, through which members in the kit's JVM connect over a {@link Line}. Found by the service loader as
 * every driver is, so that the engine runs exactly as it does in an application.
 */
public final class LineProvider implements DriverProvider {
    static final String SCHEME = "line";

    /** For the service loader. */
    public LineProvider() {}

    @Override
    public DriverInfo info() {
        return new DriverInfo(
                SCHEME,
                List.of(SCHEME),
                List.of(SCHEME + ":NUMBER (within the conformance kit)"),
                Set.of(),
                Optional.empty(),
                Duration.ZERO);
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        Line line = Line.find(target.path())
                .orElseThrow(() -> new MisconfiguredException("there is no line " + target.path()));
        DriverProvider provider = Providers.forUrl(line.innerUrl());
        Target inner = Target.parse(line.innerUrl(), commonOptions(target), provider.options());
        return provider.open(
                        inner,
                        new Environment(
                                environment.member(),
                                line.carry(environment.signals()),
                                environment.time(),
                                environment.callTimeout()))
                .thenApply(driver -> new LineDriver(line, line.decorate(driver)));
    }

    private static Map<String, String> commonOptions(Target target) {
        Map<String, String> options = new HashMap<>();
        Target.COMMON_OPTIONS.forEach(
                option -> target.option(option.name()).ifPresent(text -> options.put(option.name(), text)));
        return options;
    }
}
