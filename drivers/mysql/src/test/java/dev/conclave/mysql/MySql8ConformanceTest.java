package dev.conclave.mysql;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.servers.MySqlServer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

/**
 * What is recorded of the driver is what {@link MysqlConformanceTest} finds; here a selection must find the same: each kind of step, and
 * the faults in which the two servers differ. With {@code -Dconclave.mysql8.all=true} it is the whole kit.
 */
@DisplayName("The MySQL driver, on MySQL 8")
class MySql8ConformanceTest extends DriverKit {
    private static final boolean ALL = Boolean.getBoolean("conclave.mysql8.all");
    private static final Set<String> SELECTION = Set.of(
            "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "L3", "L4", "E5", "G1", "G3", "G4", "N5", "N8", "N9");

    @Override
    protected boolean runs(String scenario) {
        return ALL || SELECTION.contains(scenario);
    }

    @Override
    protected Backend startBackend() throws Exception {
        // As MariaDB comes. A binary log costs a further wait for the disk in each commit; MySql8Test has one.
        return new MysqlBackend(MySqlServer.start("--skip-log-bin"));
    }

    @Override
    protected Optional<Path> resultsFolder() {
        return Optional.empty();
    }
}
