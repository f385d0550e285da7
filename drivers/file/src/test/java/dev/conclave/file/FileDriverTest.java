package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.BackendUnavailableException;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.ClaimReply.Waiting;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Released;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.Subject;
import dev.conclave.table.Audit;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The file driver")
class FileDriverTest {
    /** More with {@code -Dconclave.names=1000000}. */
    private static final int NAMES = Integer.getInteger("conclave.names", 100_000);

    private final Path work;

    FileDriverTest(@TempDir Path work) {
        this.work = work;
    }

    private Path store() {
        return work.resolve("store");
    }

    private ByteBuffer table() throws IOException {
        try (FileChannel channel = FileChannel.open(store().resolve("conclave/table"), StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    @Test
    @DisplayName("lets coordinators of one process meet, and wakes the next one")
    void oneProcess() {
        try (Member ada = Member.of(store(), "ada");
                Member bob = Member.of(store(), "bob")) {
            ClaimId first = ada.request("invoices");
            ClaimId second = bob.request("invoices");
            assertThat(ada.claim(first)).isInstanceOf(Granted.class);
            assertThat(bob.claim(second)).isInstanceOf(Waiting.class);

            assertThat(ada.release(first)).isEqualTo(Released.HELD);

            assertThat(bob.signals).containsExactly(new Subject.Request(second));
            assertThat(ada.signals).isEmpty();
            assertThat(bob.claim(second)).isInstanceOf(Granted.class);
        }
    }

    @Test
    @DisplayName("tells watchers of names, groups and the list of groups, until they no longer watch")
    void watching() {
        try (Member ada = Member.of(store(), "ada");
                Member bob = Member.of(store(), "bob")) {
            List<Subject> subjects = List.of(
                    new Subject.Key(Member.lock("invoices")), new Subject.Group("workers"), new Subject.AllGroups());
            subjects.forEach(subject -> Member.join(ada.driver.watch(subject)));

            bob.claim(bob.request("invoices"));
            bob.enrol("workers", "{}");

            await().until(() -> ada.signals.containsAll(subjects));
            subjects.forEach(ada.driver::unwatch);
            ada.signals.clear();
            bob.enrol("others", "{}");
            bob.claim(bob.request("invoices"));
            Member.join(bob.driver.groups());
            assertThat(ada.signals).isEmpty();
        }
    }

    @Test
    @DisplayName("keeps its locks, its table and its calls when the threads that use it are interrupted")
    void interrupts() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            EnrolmentId enrolment = ada.enrol("workers", "{}");
            ClaimId kept = ada.request("kept");
            ada.claim(kept);
            AtomicLong sequence = new AtomicLong(1000);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String name = "name " + i;
                Thread thread = new Thread(() -> interruptedSteps(ada, name, enrolment, sequence));
                thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failure.get()).isNull();
            Process other = Processes.start(Helper.class, work.resolve("output"), "try", store().toString(), "kept");
            other.waitFor();
            assertThat(Files.readString(work.resolve("output"))).contains("busy");
        }
    }

    private static void interruptedSteps(Member member, String name, EnrolmentId enrolment, AtomicLong sequence) {
        for (int i = 0; i < 500; i++) {
            Thread.currentThread().interrupt();
            ClaimId id = new ClaimId(Member.lock(name), member.session, sequence.incrementAndGet());
            var claim = member.driver.claim(new dev.conclave.spi.ClaimRequest(id, false, true, ""));
            String large = "x".repeat(i * 100);
            var amendment = member.driver.amend(enrolment, sequence.incrementAndGet(), large);
            var created = member.driver.createGroup(name + i);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Member.join(claim)).isInstanceOf(Granted.class);
            Member.join(amendment);
            assertThat(Member.join(created)).isTrue();
            Thread.currentThread().interrupt();
            var release = member.driver.release(id);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Member.join(release)).isEqualTo(Released.HELD);
        }
    }

    @Test
    @DisplayName("stays small however many names were locked, and counts exactly under many threads")
    void growth() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            for (int i = 0; i < NAMES; i++) {
                ClaimId id = ada.request("a name that comes only once: " + i);
                ada.claim(id);
                ada.release(id);
            }
            assertThat(Files.size(store().resolve("conclave/table"))).isLessThan(1_000_000);
            assertThat(Files.size(store().resolve("conclave/ledger"))).isLessThan(1_000_000);
            assertThat(Audit.used(table())).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("grants one name to one of many threads at a time")
    void threads() throws Exception {
        long[] unguarded = {0};
        AtomicLong last = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < 8; i++) {
            String name = "member " + i;
            Thread thread = new Thread(() -> {
                try (Member member = Member.of(store(), name)) {
                    for (int j = 0; j < 300; j++) {
                        ClaimId id = member.request("counter");
                        assertThat(member.acquire(id)).isGreaterThan(last.get());
                        last.set(member.acquire(id));
                        unguarded[0]++;
                        member.release(id);
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(unguarded[0]).isEqualTo(8 * 300);
    }

    @Test
    @DisplayName("leaves no thread and no trace of a coordinator that was closed")
    void close() throws Exception {
        Member ada = Member.of(store(), "ada");
        ada.claim(ada.request("invoices"));
        ada.close();

        // Those that open and close have done their work before they end.
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("conclave-file")));
        assertThat(Audit.used(table())).isZero();
        try (var sockets = Files.list(store().resolve("conclave/wake"))) {
            assertThat(sockets).isEmpty();
        }
        assertThatThrownBy(() -> Member.join(ada.driver.groups()))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("has closed");
    }

    @Test
    @DisplayName("can be opened and closed again and again, by many at once")
    void reopening() throws Exception {
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < 4; i++) {
            String name = "member " + i;
            Thread thread = new Thread(() -> {
                for (int j = 0; j < 25; j++) {
                    try (Member member = Member.of(store(), name)) {
                        assertThat(member.claim(member.request(name))).isInstanceOf(Granted.class);
                    }
                }
            });
            thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(Audit.used(table())).isZero();
    }

    @Test
    @DisplayName("keeps groups and the growth of tokens when the machine crashes, even within a write")
    void crash() throws Exception {
        long token;
        try (Member ada = Member.of(store(), "ada")) {
            token = ada.acquire(ada.request("invoices"));
            ada.enrol("workers", "{}");
            Member.join(ada.driver.createGroup("managers"));
            Member.join(ada.driver.deleteGroup("managers"));
            Member.join(ada.driver.createGroup("größe"));
        }
        forgetRun();
        Files.write(store().resolve("conclave/ledger"), new byte[] {0, 0, 0, 9, 1, 2}, StandardOpenOption.APPEND);

        try (Member ada = Member.of(store(), "ada")) {
            assertThat(ada.acquire(ada.request("invoices"))).isGreaterThan(token);
            assertThat(Member.join(ada.driver.groups())).containsExactlyInAnyOrder("workers", "größe");
            assertThat(((RosterReply.Whole) Member.join(ada.driver.roster("workers", -1))).entries())
                    .isEmpty();
        }
    }

    /** As if the machine had been started again: its run has another number. */
    private void forgetRun() throws IOException {
        try (RandomAccessFile access =
                new RandomAccessFile(store().resolve("conclave/table").toFile(), "rw")) {
            access.seek(120);
            access.writeLong(4711);
            access.seek(300_000);
            access.write(new byte[100_000]); // what was not yet on the disk
        }
    }

    @ParameterizedTest(name = "{0} bytes")
    @DisplayName("refuses a ledger that something else wrote to or cut off, since tokens could go back")
    @ValueSource(ints = {0, 11, 100})
    void damagedLedger(int length) throws Exception {
        Member.of(store(), "ada").close();
        forgetRun();
        Files.write(store().resolve("conclave/ledger"), new byte[length]);

        assertThatThrownBy(() -> Member.of(store(), "ada"))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("ledger");
    }

    @Test
    @DisplayName("keeps the ledger short when groups come and go")
    void ledger() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            String name = "x".repeat(500);
            for (int i = 0; i < 400; i++) {
                assertThat(Member.join(ada.driver.createGroup(name))).isTrue();
                Member.join(ada.driver.deleteGroup(name));
            }
            assertThat(Files.size(store().resolve("conclave/ledger"))).isLessThan(300_000);
        }
    }

    @Test
    @DisplayName("tells all members when their store is deleted under them")
    void deletedStore() throws Exception {
        try (Member ada = Member.of(store(), "ada")) {
            try (var files = Files.walk(store())) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            assertThatThrownBy(() -> Member.join(ada.driver.renew(ada.session, java.util.Set.of(), java.util.Set.of())))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("deleted");
        }
    }

    @Test
    @DisplayName("takes a relative path, one with two slashes more, and one that is too long for a socket")
    void paths() throws Exception {
        Path relative = Path.of("").toAbsolutePath().relativize(work.resolve("relative"));
        Path deep = work.resolve("x".repeat(100)).resolve("y".repeat(100));
        for (String url : List.of("file:" + relative, "file://" + work.resolve("slashes"), "file:" + deep)) {
            try (Member ada = Member.of(url, "ada")) {
                assertThat(ada.claim(ada.request("invoices"))).isInstanceOf(Granted.class);
            }
        }
        assertThat(work.resolve("relative/conclave/table")).exists();
        assertThat(work.resolve("slashes/conclave/table")).exists();
        assertThat(deep.resolve("conclave/table")).exists();
    }

    @Test
    @DisplayName("answers a step within its time-to-live only, and by the member's own session")
    void ttl() {
        Duration ttl = Duration.ofSeconds(1);
        try (Member bob = Member.of(store(), "bob")) {
            long before = System.nanoTime();
            try (Member ada = Member.of(store(), "ada", ttl)) {
                ada.claim(ada.request("invoices"));
                ClaimId id = bob.request("invoices");

                await().atMost(Duration.ofSeconds(30)).until(() -> bob.claim(id) instanceof Granted);

                assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(ttl);
            }
        }
    }
}
