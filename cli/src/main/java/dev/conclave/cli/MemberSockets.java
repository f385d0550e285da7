package dev.conclave.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.conclave.Capabilities;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the {@link MemberSocket}s of this user on this machine are, and how to speak to one. */
final class MemberSockets {
    private static final String SUFFIX = ".sock";

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
        // Finding all sweeps away what killed processes left.
        all(console);
        return directory.resolve(MemberName.madeUp() + SUFFIX);
    }

    /** The members that are kept here. */
    static List<Kept> all(Console console) {
        List<Kept> found = new ArrayList<>();
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory(console), "*" + SUFFIX)) {
            for (Path socket : sockets) {
                described(socket).ifPresent(found::add);
            }
        } catch (IOException e) {
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

    private static Optional<Kept> described(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            @Nullable String line = reader(channel).readLine();
            if (line == null) {
                return Optional.empty();
            }
            JsonObject description = JsonParser.parseString(line).getAsJsonObject();
            return Optional.of(new Kept(
                    socket,
                    description.get("backend").getAsString(),
                    description.get("group").getAsString(),
                    description.get("member").getAsString()));
        } catch (IOException e) {
            // Nobody listens: its process was killed.
            Files.deleteIfExists(socket);
            return Optional.empty();
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
