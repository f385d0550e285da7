package dev.conclave.mysql;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.servers.MariaDbServer;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The MySQL driver, on MariaDB")
class MysqlConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws Exception {
        return new MysqlBackend(MariaDbServer.start());
    }
}
