package dev.conclave.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.conclave.Capabilities;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where the {@link MemberSocket}s of this user on this machine are, and how to speak to one. */
final class MemberSockets {
    private static final String SUFFIX = ".sock";
    /** How long a process may take to say whose it is. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private MemberSockets() {}

    /**
     * A member that a process keeps here.
     *
     * @param backend as {@link Settings#backend()} of that process
     */
    record Kept(Path socket, String backend, String group, String member) {}

    /** A path that nobody has. */
    static Path newPath(Console console) {
        Path directory = directory(console);
        StateDirectory.create(directory);
        sweep(directory);
        return directory.resolve(MemberName.madeUp() + SUFFIX);
    }

    /** The members that are kept here. */
    static List<Kept> all(Console console) {
        List<Kept> found = new ArrayList<>();
        for (Path socket : in(directory(console))) {
            described(socket).ifPresent(found::add);
        }
        return found;
    }

    /** Takes away what killed processes left. Asks nobody anything: a process that is stopped would not answer. */
    private static void sweep(Path directory) {
        for (Path socket : in(directory)) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                connect(channel, socket);
            } catch (IOException e) {
                // Whether anybody listens is not known now; it is looked at again by the next one.
            }
        }
    }

    private static List<Path> in(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            sockets.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            // No directory yet, no sockets.
        }
        return found;
    }

    /** Of this machine: the name of a socket in a home directory on the network means nothing elsewhere. */
    private static Path directory(Console console) {
        return console.variable("XDG_RUNTIME_DIR")
                .map(runtime -> Path.of(runtime, "conclave"))
                .orElseGet(() -> StateDirectory.of(console).path().resolve("run-" + MemberName.host()));
    }

    private static Optional<Kept> described(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            if (!connect(channel, socket)) {
                return Optional.empty();
            }
            return firstLine(channel).map(line -> {
                JsonObject description = JsonParser.parseString(line).getAsJsonObject();
                return new Kept(
                        socket,
                        description.get("backend").getAsString(),
                        description.get("group").getAsString(),
                        description.get("member").getAsString());
            });
        } catch (IOException e) {
            return Optional.empty(); // it has just ended
        }
    }

    /** Whether there is somebody to ask; the socket of a process that was killed is taken away. */
    private static boolean connect(SocketChannel channel, Path socket) throws IOException {
        channel.configureBlocking(false);
        try {
            // If it takes a while, the process is stopped, and as many as can be wait for it already.
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException e) {
            Files.deleteIfExists(socket);
            return false;
        }
    }

    /** What the other end says first, if it does so in time: its process may be stopped. */
    private static Optional<String> firstLine(SocketChannel channel) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(1024);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (true) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                // Once more at the end: it may be us who did not run for a while.
                int ready = left > 0 ? selector.select(left) : selector.selectNow();
                if (ready == 0 && left > 0) {
                    continue;
                }
                if (ready == 0 || channel.read(some.clear()) < 0) {
                    return Optional.empty();
                }
                selector.selectedKeys().clear();
                line.write(some.array(), 0, some.position());
                String read = line.toString(StandardCharsets.UTF_8);
                if (read.indexOf('\n') >= 0) {
                    return Optional.of(read.substring(0, read.indexOf('\n')));
                }
            }
        }
    }

    /** Has the member publish other capabilities. */
    static void publish(Kept member, Capabilities capabilities) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(member.socket()))) {
            BufferedReader in = reader(channel);
            in.readLine();
            Writer out = Channels.newWriter(channel, StandardCharsets.UTF_8);
            out.write(new JsonLine().putJson("capabilities", capabilities.toJson()) + "\n");
            out.flush();
            @Nullable String line = in.readLine();
            if (line == null) {
                throw new IOException("it ended meanwhile");
            }
            JsonObject answer = JsonParser.parseString(line).getAsJsonObject();
            if (answer.get("code").getAsInt() != ExitCode.OK) {
                throw new Failure(
                        answer.get("code").getAsInt(), answer.get("error").getAsString());
            }
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.CONFLICT,
                    "member " + member.member() + " of group " + member.group() + " did not answer: " + e.getMessage(),
                    e);
        }
    }

    private static BufferedReader reader(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
    }
}
