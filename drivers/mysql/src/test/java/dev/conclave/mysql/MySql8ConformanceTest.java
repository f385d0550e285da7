package dev.conclave.mysql;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.servers.MySqlServer;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The MySQL driver, on MySQL 8")
class MySql8ConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws Exception {
        return new MysqlBackend(MySqlServer.start());
    }
}
