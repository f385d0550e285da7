package dev.conclave.postgresql;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The PostgreSQL driver")
class PostgresqlConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws Exception {
        return new PostgresBackend();
    }
}
