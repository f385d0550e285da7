package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.BackendUnavailableException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.ClaimReply.Waiting;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("With members in other processes")
class OtherProcessesTest {
    private final Path work;

    OtherProcessesTest(@TempDir Path work) {
        this.work = work;
    }

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Path store() {
        return work.resolve("store");
    }

    private Process start(String... arguments) throws IOException {
        Process process = Processes.start(Helper.class, output(), arguments);
        processes.add(process);
        return process;
    }

    private Path output() {
        return work.resolve("output");
    }

    private void awaitOutput(String text) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() ->
                        Files.exists(output()) && Files.readString(output()).contains(text));
    }

    @Test
    @DisplayName("a killed holder is seen as gone at once, not by its time-to-live")
    void killedHolder() throws Exception {
        Process holder = start("hold", store().toString(), "invoices", "PT10M");
        awaitOutput("token");
        try (Member ada = Member.of(store(), "ada")) {
            ClaimId id = ada.request("invoices");
            assertThat(ada.claim(id)).isInstanceOf(Waiting.class);

            long killed = System.nanoTime();
            holder.destroyForcibly();
            ada.acquire(id);

            Duration seen = Duration.ofNanos(System.nanoTime() - killed);
            assertThat(seen).isLessThan(Duration.ofSeconds(20)); // not by its time-to-live
            System.out.println("a killed holder was seen within " + seen.toMillis() + " ms");
            assertThat(ada.release(id)).isEqualTo(Released.HELD);
        }
    }

    @Test
    @DisplayName(
            "a holder that is stopped loses the lock after its time-to-live, and does not get it back when it goes on")
    void stoppedHolder() throws Exception {
        Process holder = start("hold", store().toString(), "invoices", "PT10S");
        awaitOutput("token");
        Processes.signal(holder, "STOP");
        try (Member ada = Member.of(store(), "ada")) {
            ada.acquire(ada.request("invoices"));
            Processes.signal(holder, "CONT");
            assertThat(Member.join(ada.driver.inspect(Member.lock("invoices"))).holders())
                    .extracting(holding -> holding.id().session().member())
                    .containsExactly("ada");
        }
    }

    @Test
    @DisplayName("who closes a coordinator keeps the locks of the others in its process")
    void closeTrap() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            ClaimId id = ada.request("invoices");
            ada.claim(id);
            Member.of(store(), "bob").close();
            Member.of(store().resolve("../store"), "cyd").close();

            Process other = start("try", store().toString(), "invoices");

            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output())).contains("busy");
            assertThat(Member.join(ada.driver.renew(ada.session, Set.of(id), Set.of())))
                    .isEqualTo(new Renewal.Renewed(Set.of(), Set.of()));
        }
    }

    @Test
    @DisplayName("one that is stopped within a step is named in the errors of the others, until it is ended")
    void stoppedInTheMutex() throws Exception {
        try (Member bob = Member.of(store(), "bob");
                Member ada = Member.impatient(store(), "ada")) {
            Process stopped = start("stay in the mutex", store().toString());
            awaitOutput("in the mutex");

            assertThatThrownBy(() -> ada.claim(ada.request("invoices")))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("process " + stopped.pid())
                    .hasMessageContaining("kill -CONT");

            stopped.destroyForcibly().waitFor();
            assertThat(bob.claim(bob.request("reports"))).isInstanceOf(Granted.class);
        }
    }

    @Test
    @DisplayName("one that is stopped within a step does not keep others from closing")
    void closingWhileStuck() throws Exception {
        Member ada = Member.of(store(), "ada");
        start("stay in the mutex", store().toString());
        awaitOutput("in the mutex");

        Member.join(ada.driver.close());

        await().atMost(Duration.ofSeconds(30))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("conclave-file-conclave")));
    }

    @Test
    @DisplayName("one that is stopped within a step is named by who wants to open the store")
    void openingWhileStuck() throws Exception {
        Process stopped = start("stay in the mutex", store().toString());
        awaitOutput("in the mutex");

        assertThatThrownBy(() -> Member.join(Member.open("file:" + store() + "?call-timeout=300ms")))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("process " + stopped.pid())
                .hasMessageContaining("300ms");
    }

    @Test
    @DisplayName("one that is stopped while it asks whether another one lives does not make that one live")
    void stoppedWhileItAsks() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            Process killed = start("stay in the mutex", store().toString());
            awaitOutput("in the mutex");
            killed.destroyForcibly().waitFor();
            start("ask for ever", store().toString(), "1");
            awaitOutput("asking");

            assertThat(ada.claim(ada.request("invoices"))).isInstanceOf(Granted.class);
        }
    }

    @Test
    @DisplayName("one that is stopped as it comes is not taken for one that is there")
    void stoppedInTheGate() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            assertThat(ada.claim(ada.request("invoices"))).isInstanceOf(Granted.class);
            start("stay in the gate", store().toString());
            awaitOutput("in the gate");

            assertThat(ada.claim(ada.request("reports"))).isInstanceOf(Granted.class);
            Process other = start("try", store().toString(), "letters");
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(output())).contains("is coming to it").doesNotContain("is in its mutex");
        }
    }

    @Test
    @DisplayName("a table that is damaged or of another version is refused while they live, and made anew after")
    void damagedTable() throws Exception {
        Process holder = start("hold", store().toString(), "invoices", "PT10M");
        awaitOutput("token");
        Path table = store().resolve("conclave/table");

        overwrite(table, 8, 99);
        assertThatThrownBy(() -> Member.of(store(), "ada"))
                .isInstanceOf(UnsupportedDeploymentException.class)
                .hasMessageContaining("another version");
        overwrite(table, 0, 99);
        assertThatThrownBy(() -> Member.of(store(), "ada"))
                .isInstanceOf(UnsupportedDeploymentException.class)
                .hasMessageContaining("damaged");

        holder.destroyForcibly().waitFor();
        long token = Long.parseLong(Files.readString(output()).replaceAll("(?s).*token (\\d+).*", "$1"));
        try (Member ada = Member.of(store(), "ada")) {
            assertThat(ada.acquire(ada.request("invoices"))).isGreaterThan(token);
        }
    }

    private static void overwrite(Path file, long at, long word) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(at);
            access.writeLong(word);
        }
    }

    @Test
    @DisplayName("they meet also where the system has no boot id, and begin anew when nobody is left")
    void noBootId() throws Exception {
        long[] unknown = new long[2];
        StoreDirectory directory = StoreDirectory.open(Target.parse("file:" + store(), Map.of(), List.of()));
        Process first = start("stay in a run that has no name", store().toString());
        awaitOutput("open");
        StoreFiles second = StoreFiles.open(directory, Duration.ofSeconds(5), unknown);
        assertThat(second.table().place()).isEqualTo(1);
        second.close(); // without having left its place
        first.destroyForcibly().waitFor();

        StoreFiles alone = StoreFiles.open(directory, Duration.ofSeconds(5), unknown);
        assertThat(alone.table().place()).isZero();
        alone.close();
    }

    @Test
    @DisplayName("one that could not let others in for want of files hears them once it has some")
    void outOfFiles() throws Exception {
        Process process = Processes.start(
                List.of("sh", "-c", "ulimit -n 200 && exec \"$@\"", "sh"),
                OutOfFiles.class,
                output(),
                store().toString());
        processes.add(process);
        awaitOutput("heard later");
        assertThat(Files.readString(output())).contains("heard then: 1");
    }

    @Test
    @DisplayName("a wake-up comes from another process, not only by looking again")
    void wakeUps() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            ClaimId id = ada.request("invoices");
            ada.claim(id);
            start("hold", store().toString(), "invoices", "PT10M");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Member.join(ada.driver.inspect(id.key())).waiters() == 1);
            ada.release(id);
            awaitOutput("token");

            ClaimId next = ada.request("invoices");
            ada.claim(next);
            processes.get(0).destroyForcibly().waitFor();
            // The end of its line to us says that it died; nobody looks meanwhile.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ada.signals.stream()
                            .anyMatch(subject -> subject.equals(new dev.conclave.spi.Subject.Request(next))));
        }
    }
}
