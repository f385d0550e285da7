package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conclave.BackendUnavailableException;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.Released;
import dev.conclave.spi.Target;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Where it is deployed")
class DeploymentTest {
    private final Path work;

    DeploymentTest(@TempDir Path work) {
        this.work = work;
    }

    private final List<Path> mounts = new ArrayList<>();

    @AfterEach
    void unmount() throws Exception {
        for (Path mount : mounts) {
            run("umount", "-l", mount.toString());
        }
    }

    @ParameterizedTest
    @DisplayName("a URL that cannot mean a directory is refused, with the form that would do")
    @ValueSource(strings = {"file:", "file://host/dir", "file://user@/dir", "file:/dir?permissions=all", "file:/a\0b"})
    void badUrls(String url) {
        assertThatThrownBy(() -> Member.join(Member.open(url)))
                .isInstanceOf(MisconfiguredException.class)
                .hasMessageMatching("(?s).*(file:/dir|permissions|no directory).*");
    }

    @Test
    @DisplayName("a path that leads through a file is refused")
    void pathThroughFile() throws Exception {
        Files.createFile(work.resolve("plain"));
        assertThatThrownBy(() -> Member.of(work.resolve("plain"), "ada")).isInstanceOf(MisconfiguredException.class);
        assertThatThrownBy(() -> Member.of(work.resolve("plain/store"), "ada"))
                .isInstanceOf(MisconfiguredException.class);
    }

    @ParameterizedTest
    @DisplayName("network file systems are told from local ones")
    @CsvSource({
        "nfs4,true", "NFS,true", "cifs,true", "smb3,true", "9p,true", "fuse.sshfs,true", "fuse.glusterfs,true",
                "ceph,true",
        "ext4,false", "xfs,false", "btrfs,false", "zfs,false", "tmpfs,false", "overlay,false", "apfs,false",
                "fuseblk,false"
    })
    void networkFileSystems(String type, boolean remote) {
        assertThat(StoreDirectory.isRemote(type)).isEqualTo(remote);
    }

    @Test
    @DisplayName("a store is its user's own by default")
    void privateStore() throws Exception {
        Member.of(work.resolve("store"), "ada").close();
        assertThat(permissions()).containsOnly("rwx------", "rw-------");
    }

    @Test
    @DisplayName("a store for a group can be used by the group, whatever the umask")
    void groupStore() throws Exception {
        try (Member ada = Member.of("file:" + work.resolve("store") + "?permissions=group", "ada")) {
            ada.claim(ada.request("invoices"));
            assertThat(permissions()).containsOnly("rwxrwx---", "rw-rw----");
        }
    }

    private List<String> permissions() throws IOException {
        try (Stream<Path> files = Files.walk(work.resolve("store/conclave"))) {
            List<String> found = new ArrayList<>();
            for (Path file : files.toList()) {
                found.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
            return found;
        }
    }

    @Test
    @DisplayName("another user of the group may use a group's store; any other is told why not")
    void twoUsers() throws Exception {
        Path open = sharedDirectory();
        Path classes = classesForAll(open);
        try (Member ada = Member.of("file:" + open.resolve("store") + "?permissions=group", "ada");
                Member bob = Member.of(open.resolve("private"), "bob")) {
            bob.claim(bob.request("invoices"));
            ClaimId id = ada.request("invoices");
            ada.claim(id);
            run("chgrp", "-R", "54321", open.resolve("store").toString());

            assertThat(asOther(classes, open.resolve("store"))).contains("busy");
            assertThat(ada.release(id)).isEqualTo(Released.HELD);
            assertThat(asOther(classes, open.resolve("store"))).contains("granted");
            assertThat(asOther(classes, open.resolve("private")))
                    .contains("MisconfiguredException", "may not use the store", "rwx------", "permissions=group");
        }
    }

    @Test
    @DisplayName("another user of the group may also use a group's store that is too deep for sockets")
    void twoUsersOfDeepStore() throws Exception {
        Path open = sharedDirectory();
        Path classes = classesForAll(open);
        Path deep = Files.createDirectories(open.resolve("d".repeat(60)).resolve("e".repeat(60)));
        run("chmod", "-R", "a+rx", open.resolve("d".repeat(60)).toString());
        run("chgrp", "54321", deep.toString());
        run("chmod", "g+rwxs", deep.toString());
        try (Member ada = Member.of("file:" + deep.resolve("store") + "?permissions=group", "ada")) {
            ClaimId id = ada.request("invoices");
            ada.claim(id);
            assertThat(asOther(classes, deep.resolve("store"))).contains("busy");
            assertThat(ada.release(id)).isEqualTo(Released.HELD);
            assertThat(asOther(classes, deep.resolve("store"))).contains("granted");
        } finally {
            run("rm", "-r", sockets(deep.resolve("store")).toString());
        }
    }

    /** Makes the directory if it is not there. */
    private static Path sockets(Path store) throws IOException {
        Target target = Target.parse("file:" + store, Map.of(), List.of());
        return Objects.requireNonNull(
                SocketPaths.of(StoreDirectory.open(target)).of(0).getParent());
    }

    @Test
    @DisplayName("a directory for sockets that another user made is refused")
    void squattedDirectory() throws Exception {
        sharedDirectory();
        Path deep = Files.createDirectories(work.resolve("d".repeat(60)).resolve("e".repeat(60)));
        Path sockets = sockets(deep.resolve("store"));
        assertThat(run("chown", "12345:54321", sockets.toString())).isZero();
        try {
            assertThatThrownBy(() -> Member.of(deep.resolve("store"), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining(sockets.toString())
                    .hasMessageContaining("shorter path");
        } finally {
            run("rm", "-r", sockets.toString());
        }
    }

    private Path sharedDirectory() throws Exception {
        assumeTrue(
                run("setpriv", "--reuid", "12345", "--regid", "54321", "--clear-groups", "true") == 0,
                "not root, so that no second user can be tried");
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        return work;
    }

    /** The tests' class path where any user can read it. */
    private Path classesForAll(Path directory) throws Exception {
        Path classes = Files.createDirectory(directory.resolve("classes"));
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
                run(
                        "cp",
                        "-rL",
                        entry,
                        classes.resolve(++number + (entry.endsWith(".jar") ? ".jar" : ""))
                                .toString());
            }
        }
        run("chmod", "-R", "a+rX", classes.toString());
        return classes;
    }

    private String asOther(Path classes, Path store) throws Exception {
        StringBuilder path = new StringBuilder();
        try (Stream<Path> entries = Files.list(classes)) {
            entries.forEach(entry -> path.append(entry).append(File.pathSeparator));
        }
        Process process = new ProcessBuilder(
                        "setpriv",
                        "--reuid",
                        "12345",
                        "--regid",
                        "54321",
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        path.toString(),
                        Helper.class.getName(),
                        "try",
                        store.toString(),
                        "invoices")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    @DisplayName("a full disk fails the step that needs room, undoes it, and harms nothing else")
    void fullDisk() throws Exception {
        Path mount = mount("700k");
        try (Member ada = Member.of(mount.resolve("store"), "ada")) {
            ClaimId kept = ada.request("kept");
            ada.claim(kept);
            String large = "x".repeat(60_000);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 20; i++) {
                            ada.enrol("group " + i, large);
                        }
                    })
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("is full");

            assertThat(ada.release(kept)).isEqualTo(Released.HELD);
            assertThat(ada.claim(ada.request("other"))).isInstanceOf(Granted.class);
            run("mount", "-o", "remount,size=8m", mount.toString());
            ada.enrol("after", large);
        }
    }

    @Test
    @DisplayName("a disk that is full at the start is named")
    void fullFromTheStart() throws Exception {
        Path mount = mount("200k");
        assertThatThrownBy(() -> Member.of(mount.resolve("store"), "ada"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("is full");
    }

    @Test
    @DisplayName("a read-only file system is named, whether the store is there or not")
    void readOnly() throws Exception {
        Path mount = mount("4m");
        // By another process, since this one keeps what it has mapped until the garbage collector comes.
        Processes.start(
                        Helper.class,
                        work.resolve("output"),
                        "try",
                        mount.resolve("store").toString(),
                        "x")
                .waitFor();
        assertThat(run("mount", "-o", "remount,ro", mount.toString())).isZero();
        for (String name : List.of("store", "fresh")) {
            assertThatThrownBy(() -> Member.of(mount.resolve(name), "ada"))
                    .isInstanceOf(MisconfiguredException.class)
                    .hasMessageContaining("read-only file system");
        }
    }

    private Path mount(String size) throws Exception {
        Path mount = Files.createDirectory(work.resolve("mount"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", mount.toString()) == 0,
                "no file system can be mounted here; this needs root");
        mounts.add(mount);
        return mount;
    }

    private static int run(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1;
        }
    }
}
