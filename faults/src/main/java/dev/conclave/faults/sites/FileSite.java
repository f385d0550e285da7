package dev.conclave.faults.sites;

import dev.conclave.kit.TemporaryFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** A folder. There is no server, so only members can be broken. */
final class FileSite implements Site {
    private final TemporaryFolder folder = new TemporaryFolder();

    FileSite() throws IOException {}

    @Override
    public String driver() {
        return "file";
    }

    @Override
    public String deployment() {
        return "a folder";
    }

    @Override
    public String version() throws IOException {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + Files.getFileStore(folder.path()).type();
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "file:" + folder.path();
    }

    @Override
    public Map<String, Long> residue() throws IOException {
        return Map.of("files", folder.files());
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
