package dev.conclave.ipc;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The ipc driver")
class IpcConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() {
        return new TestStore();
    }
}
