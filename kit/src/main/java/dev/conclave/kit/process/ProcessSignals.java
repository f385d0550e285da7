package dev.conclave.kit.process;

import dev.conclave.kit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Signals to one process. Java can only end a process, so the shell's built-in {@code kill} does the rest. */
public final class ProcessSignals {
    private final long pid;

    /** For the process with this id. */
    public ProcessSignals(long pid) {
        this.pid = pid;
    }

    /**
     * Sends a signal.
     *
     * @param name without SIG: {@code STOP}, {@code CONT}, {@code TERM} and so on
     */
    public void send(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                .redirectErrorStream(true)
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " " + pid + ": "
                    + new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /**
     * Waits until the process stands still, where the system shows that; its threads stop one after the other. One that ended meanwhile
     * stands still too, though its parent may be stopped and take no notice.
     */
    public void awaitStopped() throws Exception {
        if (Files.exists(Path.of("/proc/self/stat"))) {
            Await.until("process " + pid + " to stop", this::standsStill);
        }
    }

    private boolean standsStill() throws IOException {
        Path status = Path.of("/proc/" + pid + "/stat");
        try {
            String state = Files.readString(status).replaceFirst("^.*\\) ", "");
            return state.startsWith("T") || state.startsWith("Z");
        } catch (IOException e) {
            if (Files.exists(status)) {
                throw e;
            }
            return true;
        }
    }
}
