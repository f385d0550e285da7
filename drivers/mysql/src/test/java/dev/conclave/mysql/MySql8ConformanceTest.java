package dev.conclave.mysql;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.servers.MySqlServer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/** What is recorded of the driver is what {@link MysqlConformanceTest} finds; here it must find the same. */
@DisplayName("The MySQL driver, on MySQL 8")
class MySql8ConformanceTest extends DriverKit {
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
