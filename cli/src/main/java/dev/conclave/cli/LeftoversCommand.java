package dev.conclave.cli;

import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Leftover;
import dev.conclave.spi.Target;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave leftovers}. */
final class LeftoversCommand extends Command {
    private final OptionSpec remove = option("--remove", "URL", "remove this store, unless members use it");
    private final OptionSpec force = flag("--force", "remove it even if members use it, who then lose what they hold");

    LeftoversCommand() {
        super(
                "leftovers",
                "[--remove URL [--force]]",
                "Lists the stores on this host that stay until they are removed, and removes one.");
        details(
                "Stores of the ipc driver are shared memory, which stays when the last member has gone, until the host restarts.");
        examples("conclave leftovers", "conclave leftovers --remove ipc:///billing");
    }

    @Override
    int run(Context context) {
        exactly();
        if (text(remove).isPresent()) {
            remove(text(remove).get());
        } else if (isSet(force)) {
            throw Failure.usage("--force needs --remove URL; " + hint());
        } else {
            providers().forEach(provider -> provider.leftovers().forEach(leftover -> print(context, leftover)));
        }
        return ExitCode.OK;
    }

    private static ServiceLoader<DriverProvider> providers() {
        return ServiceLoader.load(DriverProvider.class, DriverProvider.class.getClassLoader());
    }

    private void remove(String url) {
        String scheme = Target.schemeOf(url);
        for (DriverProvider provider : providers()) {
            if (provider.info().schemes().contains(scheme)) {
                Target target = Target.parse(url, Map.of(), provider.options());
                if (!provider.removeLeftover(target, isSet(force))) {
                    throw new Failure(
                            ExitCode.CONFLICT,
                            url + " is in use and was not removed; stop its members first, or add --force and they lose"
                                    + " what they hold");
                }
                return;
            }
        }
        throw Failure.usage("no driver for " + scheme + ": URLs; see conclave drivers");
    }

    private static void print(Context context, Leftover leftover) {
        String use = leftover.processes() == 0
                ? "unused"
                : "in use by " + leftover.processes() + (leftover.processes() == 1 ? " process" : " processes");
        context.print(
                Text.row(leftover.url(), leftover.bytes() + " bytes", use),
                new JsonLine()
                        .put("url", leftover.url())
                        .put("bytes", leftover.bytes())
                        .put("processes", leftover.processes()));
    }
}
