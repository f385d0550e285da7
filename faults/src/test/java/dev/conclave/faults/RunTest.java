package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.checker.Checker;
import dev.conclave.faults.checker.Verdict;
import dev.conclave.faults.history.History;
import dev.conclave.faults.nemesis.Kind;
import dev.conclave.faults.sites.Site;
import dev.conclave.faults.sites.Sites;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a run")
class RunTest {
    /** A folder on which nobody can see what is there, once a run has begun. */
    private record Unseen(Site folder, List<String> asked) implements Site {
        @Override
        public String driver() {
            return folder.driver();
        }

        @Override
        public String deployment() {
            return folder.deployment();
        }

        @Override
        public String version() throws Exception {
            asked.add("version");
            return folder.version();
        }

        @Override
        public String url(List<InetSocketAddress> addresses) {
            return folder.url(addresses);
        }

        @Override
        public Map<String, Long> residue() throws Exception {
            if (!asked.isEmpty()) {
                throw new IOException("nobody can see");
            }
            return folder.residue();
        }

        @Override
        public void close() throws IOException {
            folder.close();
        }
    }

    @Test
    @DisplayName("of which something fails after the faults goes on to its end, and is judged")
    void failsAtTheEnd(@TempDir Path folder) throws Exception {
        Settings settings = ShortRuns.settings(folder, "file", 1, 3, EnumSet.of(Kind.MEMBER_PAUSE));
        try (Site site = new Unseen(Sites.open("file"), new java.util.ArrayList<>())) {
            Run.on(site, settings, new Progress(System.out));
        }
        Verdict verdict = Checker.check(History.read(settings.folder()));
        assertThat(verdict.results().get(0).findings())
                .singleElement()
                .asString()
                .startsWith("counting what was left failed, though all faults were over: "
                        + "java.io.IOException: nobody can see");
    }
}
