package dev.conclave.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The member id of a run that was given none: {@code host-pid-xxxx}. No two runs shall share one, since the second would
 * take the first one's memberships over. A pid alone does not see to that: containers count their own, and pid 1 of
 * every container on a host's network has the host's name.
 */
final class MemberName {
    private MemberName() {}

    static String madeUp() {
        int suffix = ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36);
        return host() + "-" + ProcessHandle.current().pid() + "-" + Integer.toString(suffix, 36);
    }

    static String host() {
        try {
            // What the kernel says needs no resolver, which can take seconds to say nothing.
            return Files.readString(Path.of("/proc/sys/kernel/hostname"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException unknown) {
                return "localhost";
            }
        }
    }
}
