package dev.conclave.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.conclave.BackendUnavailableException;
import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.kit.Await;
import dev.conclave.table.StoreGoneException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The ipc driver, where it is deployed")
class DeploymentTest {
    private final TestStore store = new TestStore();
    private final StoreName name = TestStore.named(store.url());

    @AfterEach
    void remove() throws Exception {
        store.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ipc://host/name                 | names a host
            ipc:                            | names no store
            ipc:///                         | names no store
            ipc:///a?size=0                 | option size must be at least
            ipc:///a?size=4GiB              | below 2GiB
            ipc:///a?size=many              | below 2GiB
            ipc:///a?processes=0            | from 1 to 10000
            ipc:///a?processes=10001        | from 1 to 10000
            ipc:///a?permissions=all        | private or group
            ipc:///a?colour=red             | unknown option
            """)
    @DisplayName("says what is wrong with a URL")
    void urls(String url, String complaint) {
        assertThatThrownBy(() -> Conclave.connect(url, "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining(complaint);
    }

    @ParameterizedTest(name = "{0} with value {1}")
    @CsvSource({"3, 5", "4, 0", "1, 1"})
    @DisplayName("semaphores of another program under the store's key are refused, and left as they are")
    void otherSemaphores(int count, short value) throws Exception {
        int set = SystemV.semget(name.key(), count, SystemV.IPC_CREAT | SystemV.IPC_EXCL | 0600);
        try (Memory operation = new Memory(6)) {
            operation.setShort(0, (short) 0);
            operation.setShort(2, value);
            operation.setShort(4, (short) 0);
            if (value > 0) {
                assertThat(SystemV.semop(set, Pointer.nativeValue(operation), 1))
                        .isZero();
            }
            assertThatThrownBy(() -> Conclave.connect(store.url(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("semaphores of another program")
                    .hasMessageContaining("ipcrm -S");
            assertThat(SystemV.semctl(set, 0, SystemV.GETVAL)).isEqualTo(value);
        } finally {
            SystemV.semctl(set, 0, SystemV.IPC_RMID);
        }
    }

    @Test
    @DisplayName(
            "says that a store is full, with the option that makes it larger, and goes on when there is room again")
    void fullStore() throws Exception {
        try (Coordinator ada = Conclave.connect(store.url() + "?size=1300KiB&processes=4", "ada")) {
            String large = "x".repeat(60_000);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 40; i++) {
                            ada.group("group " + i).join(Capabilities.of("text", large));
                        }
                    })
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("no memory left")
                    .hasMessageContaining("size=")
                    .hasMessageContaining("conclave leftovers --remove");
            assertUsable();
        }
        TestStore.audit(name);
    }

    @Test
    @DisplayName("says that a store has no place for another process, and makes room when one has died")
    void fullOfProcesses(@TempDir Path work) throws Exception {
        Path output = work.resolve("output");
        String url = store.url() + "?processes=1&ttl=60s";
        Process first = Helper.start(output, "stay in the mutex", url);
        Await.until(
                "the first process to be in the mutex",
                () -> Files.readString(output).contains("in the mutex"));
        first.destroyForcibly().waitFor();

        Coordinator ada = Conclave.connect(url, "ada");
        Process second = Helper.start(output, "connect", url);
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output))
                .contains("refused: ")
                .contains("no places for processes")
                .contains("?processes=");
        ada.close();
        Process third = Helper.start(output, "connect", url);
        assertThat(third.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).contains("connected");
    }

    @Test
    @DisplayName("explains the limits of the host")
    void limits() {
        assertThat(Failures.of(name, new SystemVException("semget", SystemV.ENOSPC)))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("ENOSPC")
                .hasMessageContaining("kernel.sem");
        assertThat(Failures.of(name, new SystemVException("semop", SystemV.E2BIG)))
                .hasMessageContaining("E2BIG")
                .hasMessageContaining("in a call");
        assertThat(Failures.of(name, new SystemVException("shmget", SystemV.ENOSPC)))
                .hasMessageContaining("kernel.shmmni")
                .hasMessageContaining("kernel.shmall");
        assertThat(Failures.of(name, new SystemVException("semget", SystemV.ENOSYS)))
                .isInstanceOf(UnsupportedDeploymentException.class)
                .hasMessageContaining("file:");
        assertThat(Failures.of(name, new UnsatisfiedLinkError("no jnidispatch")))
                .isInstanceOf(UnsupportedDeploymentException.class)
                .hasMessageContaining("jna.tmpdir");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            shmmax | 1000000           | 1000000 bytes in one (kernel.shmmax)
            shmmni | 0                 | allows 0 segments (kernel.shmmni)
            sem    | 250 32000 500 128 | are 250 32000 500 128
            """)
    @DisplayName("runs into the limits of the host, says what they are, and leaves nothing behind")
    void limitsOfTheHost(String setting, String value, String explained, @TempDir Path work) throws Exception {
        assumeTrue(canSetLimits(), "a process may have limits of its own");
        Path output = work.resolve("output");
        List<String> limited = List.of(
                "unshare",
                "--ipc",
                "sh",
                "-c",
                "echo " + value + " > /proc/sys/kernel/" + setting + " && { \"$@\"; cat /proc/sysvipc/*; }",
                "sh");
        Process process = Helper.start(limited, Helper.CLASS_PATH, output, "connect", store.url());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(Files.readString(output))
                .contains("refused: the store " + name)
                .contains(explained)
                .doesNotContainPattern("(?m)^ *" + name.key() + " ");
    }

    private static boolean canSetLimits() throws InterruptedException {
        try {
            return new ProcessBuilder("unshare", "--ipc", "sh", "-c", "echo 4096 > /proc/sys/kernel/shmmni")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }

    @Test
    @DisplayName("leaves another program's shared memory alone, and says whose it is")
    void foreignSegment() throws Exception {
        int id = Segment.create(name.key(), 8192, 0600);
        try {
            Segment foreign = Segment.attach(id);
            foreign.table(); // of no places: what follows the header
            new com.sun.jna.Pointer(address(id)).setLong(0, 42);
            foreign.detach();

            assertThatThrownBy(() -> Conclave.connect(store.url(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("another program")
                    .hasMessageContaining("ipcrm -M 0x" + Integer.toHexString(name.key()));
        } finally {
            Segment.remove(id);
            Semaphores.find(name.key()).orElseThrow().remove();
        }
    }

    private static long address(int id) {
        return SystemV.shmat(id, 0, 0); // stays until this process ends
    }

    @Test
    @DisplayName("refuses two names that share a key, and says which")
    void collision() throws Exception {
        StoreName other = new StoreName("other", "conclave");
        Semaphores semaphores = Semaphores.open(name.key(), 256, 0600);
        Segment segment = Segment.attach(Segment.create(name.key(), 4 << 20, 0600));
        segment.describe(semaphores.id(), 256, other.full());
        segment.publish();
        try {
            assertThatThrownBy(() -> Conclave.connect(store.url(), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("ipc:///other")
                    .hasMessageContaining("Name one of them otherwise");
        } finally {
            Segment.remove(segment.id());
            segment.detach();
            semaphores.remove();
        }
    }

    @Test
    @DisplayName("makes a store anew that its maker did not finish, or that another version left")
    void unfinished() throws Exception {
        Semaphores semaphores = Semaphores.open(name.key(), 256, 0600);
        Segment segment = Segment.attach(Segment.create(name.key(), 4 << 20, 0600));
        assertUsable();
        segment.detach();

        Semaphores.find(name.key()).orElseThrow().remove();
        assertUsable(); // the segment is that of another set

        segment = Segment.attach(Segment.find(name.key()));
        segment.describe(Semaphores.find(name.key()).orElseThrow().id(), 256, name.full()); // and died then
        segment.detach();
        assertUsable();
        assertThatThrownBy(semaphores::enterSoon).isInstanceOf(StoreGoneException.class);
    }

    private void assertUsable() throws InterruptedException {
        try (Coordinator ada = Conclave.connect(store.url(), "ada")) {
            ada.lock("invoices").acquire().release();
        }
    }

    @Test
    @DisplayName("refuses a store of another clock or version while it is in use, and not later")
    void anotherClock() throws Exception {
        IpcStore open = (IpcStore) Helper.site(store.url()).open(Duration.ofSeconds(5));
        Segment segment = Segment.attach(Segment.find(name.key()));
        new dev.conclave.table.Table(
                        new dev.conclave.table.Memory(segment.table()),
                        open,
                        open,
                        new NoLedger(),
                        dev.conclave.table.Clock.SYSTEM)
                .reset(new long[] {1, 2});
        segment.detach();

        assertThatThrownBy(() -> Conclave.connect(store.url(), "ada"))
                .isInstanceOf(UnsupportedDeploymentException.class)
                .hasMessageContaining("another version")
                .hasMessageContaining("clock");
        open.abandon();
        assertUsable();
    }

    @Test
    @DisplayName("keeps users apart unless they say that they trust each other")
    void twoUsers(@TempDir Path work) throws Exception {
        assumeTrue(SystemV.geteuid() == 0, "only root can become another user");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is there");
        String classPath = readableByAll(work);
        assertThat(asNobody(work, classPath, store.url())).contains("connected"); // made by nobody
        assertUsable(); // and used by root, who may use all
        store.flush();

        assertUsable(); // made by root
        assertThat(asNobody(work, classPath, store.url()))
                .contains("refused: ")
                .contains("user 0")
                .contains("permissions=group");
        assertThat(asNobody(work, classPath, store.url() + "?permissions=group"))
                .contains("refused: ")
                .contains("another user");
    }

    /** Copies what the helper needs to where other users can read it. */
    private static String readableByAll(Path work) throws IOException, InterruptedException {
        List<String> copies = new ArrayList<>();
        for (String entry : Helper.CLASS_PATH.split(File.pathSeparator, -1)) {
            Path copy = work.resolve("lib" + copies.size());
            if (Files.isDirectory(Path.of(entry))
                    ? entry.contains("classes")
                    : entry.matches(".*/(jna|gson|slf4j|jspecify|conclave)[^/]*jar")) {
                run("cp", "-r", entry, copy.toString());
                copies.add(copy.toString());
            }
        }
        run("chmod", "-R", "a+rX", work.toString());
        return String.join(File.pathSeparator, copies);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static String asNobody(Path work, String classPath, String url) throws IOException, InterruptedException {
        Path output = Files.createTempFile(work, "output", "");
        Process process = Helper.start(
                List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                classPath,
                output,
                "connect",
                url);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    @Test
    @DisplayName("names its keys as it always did, or members of two versions would not meet")
    void goldenKeys() {
        assertThat(new StoreName("billing", "conclave").key()).isEqualTo(1161625563);
        assertThat(new StoreName("b\u00fccher/1", "shop").key()).isEqualTo(1895795280);
        assertThat(new StoreName("a", "bc").full()).isNotEqualTo(new StoreName("ab", "c").full());
        StoreName odd = new StoreName("1:2/\u00fc %?&", "n s");
        assertThat(StoreName.parse(odd.full())).isEqualTo(odd);
        assertThat(TestStore.named(odd.toString())).isEqualTo(odd);
        assertThat(Native.POINTER_SIZE).isEqualTo(8);
    }
}
