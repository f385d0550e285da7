package dev.conclave.file;

import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.kit.NotApplicable;
import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The file driver")
class FileConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws IOException {
        TemporaryFolder folder = new TemporaryFolder();
        return new Backend() {
            @Override
            public String url() {
                return "file:" + folder.path();
            }

            @Override
            public long footprint(String namespace) throws IOException {
                return folder.pages();
            }

            @Override
            public List<BadDeployment> badDeployments() {
                throw NotApplicable.because(
                        "a network file system, which is refused, cannot be mounted here; DeploymentTest checks the types");
            }

            @Override
            public void close() throws IOException {
                folder.close();
            }
        };
    }
}
