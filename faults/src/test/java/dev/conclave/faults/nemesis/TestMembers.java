package dev.conclave.faults.nemesis;

import dev.conclave.faults.member.Orders;
import dev.conclave.servers.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Members for tests. */
public final class TestMembers {
    private TestMembers() {}

    /** One whose backend is not there; not started yet. */
    public static MemberJvm lonely(Path folder) throws IOException {
        return on("redis://127.0.0.1:" + Ports.free() + "?ttl=1s", folder);
    }

    /** One on this backend, but without registers to write to; not started yet. */
    static MemberJvm on(String url, Path folder) {
        return new MemberJvm(
                run -> new Orders(url, "ada", run, 42, 1_000, 0, folder),
                "ada",
                List.of(),
                Optional.empty(),
                folder.resolve("ada.log"));
    }
}
