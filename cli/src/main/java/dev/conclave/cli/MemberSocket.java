package dev.conclave.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.conclave.Capabilities;
import dev.conclave.ConclaveException;
import dev.conclave.Membership;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@code conclave capabilities --set} reach the process that keeps a membership. Capabilities are a member's own, and
 * are there while its process is; so another process can only ask it to publish others. A Unix socket in a directory of
 * the user's own serves for that, and says to each caller whose it is.
 */
final class MemberSocket implements AutoCloseable {
    private final Membership membership;
    private final String backend;
    private final ServerSocketChannel server;
    private final Path path;

    private MemberSocket(Membership membership, String backend, ServerSocketChannel server, Path path) {
        this.membership = membership;
        this.backend = backend;
        this.server = server;
        this.path = path;
    }

    /** Opens the socket; null if that fails, since being a member works without. */
    static @Nullable MemberSocket open(Context context, Membership membership) {
        try {
            Path path = MemberSockets.newPath(context.console());
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path));
            MemberSocket socket =
                    new MemberSocket(membership, context.settings().backend(), server, path);
            daemon(socket::serve).start();
            return socket;
        } catch (IOException | RuntimeException e) {
            context.tellMore("conclave capabilities --set will not reach this member: " + e);
            return null;
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "conclave-capabilities");
        thread.setDaemon(true);
        return thread;
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel caller = server.accept();
                // Nobody waits for a caller that says nothing.
                daemon(() -> serve(caller)).start();
            } catch (IOException e) {
                // The socket was closed, or there are no file descriptors left; nobody is to wait at it for an answer.
                close();
                return;
            }
        }
    }

    private void serve(SocketChannel caller) {
        try (caller;
                BufferedReader in = new BufferedReader(Channels.newReader(caller, StandardCharsets.UTF_8));
                Writer out = Channels.newWriter(caller, StandardCharsets.UTF_8)) {
            out.write(description() + "\n");
            out.flush();
            String wanted = in.readLine();
            if (wanted != null) {
                out.write(answer(wanted) + "\n");
            }
        } catch (IOException e) {
            // The caller went away.
        }
    }

    private JsonLine description() {
        return new JsonLine()
                .put("backend", backend)
                .put("group", membership.group())
                .put("member", membership.member());
    }

    private JsonLine answer(String wanted) {
        try {
            JsonObject request = JsonParser.parseString(wanted).getAsJsonObject();
            membership.update(Capabilities.parse(request.get("capabilities").toString()));
            return new JsonLine().put("code", ExitCode.OK);
        } catch (ConclaveException e) {
            return new JsonLine().put("code", ExitCode.of(e)).put("error", e.getMessage());
        } catch (InterruptedException | RuntimeException e) {
            return new JsonLine().put("code", ExitCode.INTERNAL).put("error", e.toString());
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // The next one who looks sweeps it away.
        }
    }
}
