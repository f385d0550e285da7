package dev.conclave.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

@DisplayName("A prompt socket")
class PromptSocketsTest {
    @Test
    @DisplayName("can be made by the client library, which knows its factory by name")
    void visible() {
        assertThat(PromptSockets.areVisibleTo(Driver.class)).isTrue();
        assertThat(PromptSockets.areVisibleTo(String.class)).isFalse();
    }

    @Test
    @DisplayName("only looks where a millisecond is allowed, and waits where more is")
    void glances() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new PromptSockets().createSocket()) {
            client.connect(server.getLocalSocketAddress());
            try (Socket peer = server.accept()) {
                client.setSoTimeout(1);
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessage("nothing to read yet");

                client.setSoTimeout(20_000);
                peer.getOutputStream().write(new byte[] {1, 2, 3});
                assertThat(client.getInputStream().read()).isEqualTo(1);

                client.setSoTimeout(1);
                assertThat(client.getInputStream().readNBytes(2)).containsExactly(2, 3);
            }
        }
    }
}
