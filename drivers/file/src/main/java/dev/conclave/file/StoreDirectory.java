package dev.conclave.file;

import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Target;
import dev.conclave.table.Backing;
import dev.conclave.table.Carrier;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where the files of one store, that is of one directory and namespace, are, and who may use them. */
final class StoreDirectory implements Backing.Site {
    /** File systems on which locks or shared mappings do not hold between hosts, or not at all. */
    private static final Set<String> REMOTE = Set.of(
            "nfs",
            "nfs3",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "ncpfs",
            "afs",
            "afpfs",
            "coda",
            "webdav",
            "9p",
            "v9fs",
            "drvfs",
            "virtiofs",
            "vboxsf",
            "prl_fs",
            "ceph",
            "lustre",
            "gpfs",
            "beegfs",
            "orangefs",
            "pvfs2",
            "gfs",
            "gfs2",
            "ocfs2",
            "glusterfs");

    private static final Set<String> LOCAL_FUSE = Set.of("fuseblk", "fuse.fuse-overlayfs", "fuse.ntfs-3g");

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path path;

    private StoreDirectory(Path path) {
        this.path = path;
    }

    /** Finds or creates the directory of a store. */
    static StoreDirectory open(Target target) throws IOException {
        Path base = base(target);
        refuseRemote(base);
        boolean forGroup = forGroup(target);
        if (Files.notExists(base)) {
            Files.createDirectories(base.getParent());
            createDirectory(base, forGroup);
        }
        Path path = base.resolve(Namespaces.directory(target.namespace()));
        createDirectory(path, forGroup);
        return new StoreDirectory(path.toRealPath());
    }

    /** Where a target's store is to be, for messages as well. */
    static Path base(Target target) {
        if (!target.hosts().isEmpty() || target.user().isPresent()) {
            throw new MisconfiguredException(
                    target + " names a host, but a file: store is on this one; write file:/dir,"
                            + " file:///dir, or file:dir for one below the working directory");
        }
        if (target.path().isEmpty()) {
            throw new MisconfiguredException(target + " names no directory; write file:/dir");
        }
        try {
            return Path.of(target.path()).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new MisconfiguredException(target + " names no directory: " + e.getMessage(), e);
        }
    }

    private static boolean forGroup(Target target) {
        String permissions = target.option("permissions").orElse("private");
        return switch (permissions) {
            case "private" -> false;
            case "group" -> true;
            default ->
                throw new MisconfiguredException(
                        "option permissions must be private or group, not '" + permissions + "'");
        };
    }

    private static void refuseRemote(Path base) throws IOException {
        Path there = base;
        while (Files.notExists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        String type = Files.getFileStore(there).type();
        if (isRemote(type)) {
            throw new UnsupportedDeploymentException("the store " + base + " would be on a network file system (" + type
                    + "): locks and shared memory do not hold there between hosts, and two members could hold one lock. Name"
                    + " a directory on a local disk; or, for members on several hosts, use a driver with a server");
        }
    }

    static boolean isRemote(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return REMOTE.contains(name) || (name.startsWith("fuse") && !LOCAL_FUSE.contains(name));
    }

    private static void createDirectory(Path directory, boolean forGroup) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            return; // its owner has decided who may use it
        }
        shareDirectory(directory, forGroup);
    }

    /** Makes a directory elsewhere for those who may use this one. */
    void createAlike(Path directory) throws IOException {
        if (!isPosix(path)) {
            Files.createDirectory(directory);
            return;
        }
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
        if (isForGroup()) {
            posix(directory).setGroup(posix(path).readAttributes().group()); // otherwise it has its maker's first one
        }
        shareDirectory(directory, isForGroup());
    }

    /**
     * Refuses a directory elsewhere that may have been made by somebody who may not use this one. One of the store's group is as
     * good as one of its owner, if the store is the group's: only a member of a group can give it a directory.
     */
    void requireAlike(Path directory) throws IOException {
        if (!isPosix(path)) {
            return;
        }
        PosixFileAttributes own = posix(path).readAttributes();
        PosixFileAttributes other = posix(directory).readAttributes();
        boolean ofGroup = isForGroup() && other.group().equals(own.group());
        boolean shared = !isForGroup() || (ofGroup && other.permissions().contains(PosixFilePermission.GROUP_WRITE));
        if (!other.isDirectory() || !(other.owner().equals(own.owner()) || ofGroup) || !shared) {
            throw new MisconfiguredException(
                    "the store " + path + " needs the directory " + directory
                            + " for its sockets, and somebody else made that: it belongs to "
                            + other.owner().getName() + ":"
                            + other.group().getName() + " with " + PosixFilePermissions.toString(other.permissions())
                            + ", the store to " + own.owner().getName() + ":"
                            + own.group().getName()
                            + ". Remove it while no member runs; or give the store a shorter path, so that its sockets are in it");
        }
    }

    private static PosixFileAttributeView posix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static void shareDirectory(Path directory, boolean forGroup) throws IOException {
        if (isPosix(directory)) {
            // The bit 02000 hands the directory's group on to the files in it. The process's umask plays no part.
            Files.setAttribute(directory, "unix:mode", forGroup ? 02770 : 0700);
        }
    }

    private static boolean isPosix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }

    Path path() {
        return path;
    }

    /** The file of which a byte is locked by whoever comes to the store. */
    Path mutex() throws IOException {
        return file("mutex");
    }

    /** The file whose bytes are locked by the processes that live. */
    Path alive() throws IOException {
        return file("alive");
    }

    Path table() throws IOException {
        return file("table");
    }

    Path ledger() {
        return path.resolve("ledger");
    }

    /** The directory of the sockets by which processes wake each other. */
    Path wake() throws IOException {
        Path directory = path.resolve("wake");
        createDirectory(directory, isForGroup());
        return directory;
    }

    /** A file that is there, created if need be. */
    private Path file(String name) throws IOException {
        Path file = path.resolve(name);
        if (Files.notExists(file)) {
            try {
                Files.createFile(file);
                share(file);
            } catch (FileAlreadyExistsException e) {
                return file; // another process was faster
            }
        }
        return file;
    }

    /** An empty file that nobody else uses. */
    Path freshFile(String name) throws IOException {
        Path file = path.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file);
        share(file);
        return file;
    }

    /** Lets those use a file who may use the directory. */
    void share(Path file) throws IOException {
        if (isPosix(path)) {
            Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString(isForGroup() ? "rw-rw----" : "rw-------"));
        }
    }

    private boolean isForGroup() throws IOException {
        return isPosix(path) && Files.getPosixFilePermissions(path).contains(PosixFilePermission.GROUP_WRITE);
    }

    /** Makes names that were changed in the directory outlive a crash of the machine. */
    void force() throws IOException {
        if (!isPosix(path)) {
            return; // elsewhere a directory cannot be opened, and need not be
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** What identifies the directory, whatever path leads to it. */
    @Override
    public Object identity() throws IOException {
        return identity(path);
    }

    @Override
    public Carrier open(Duration patience) throws IOException {
        return StoreFiles.open(this, patience);
    }

    /** What identifies the two files whose locks must be the same for all. */
    Object locksIdentity() throws IOException {
        return List.of(identity(path.resolve("mutex")), identity(path.resolve("alive")));
    }

    private static Object identity(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path : key;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
