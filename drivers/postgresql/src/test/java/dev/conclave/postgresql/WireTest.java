package dev.conclave.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.conclave.jdbc.Keys;
import dev.conclave.spi.ClaimReply;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a PostgreSQL server answers on the wire")
class WireTest {
    private static final int INT8 = 20;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String CANCELLED = "SFEHLER\0VERROR\0C57014\0MAnfrage abgebrochen\0\0";

    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private Socket client;
    private Socket server;
    private Wire wire;

    WireTest() throws IOException {}

    @BeforeEach
    void connect() throws IOException {
        client = new Socket(listening.getInetAddress(), listening.getLocalPort());
        server = listening.accept();
        client.setSoTimeout(PATIENCE_MILLIS);
        wire = new Wire(client, PATIENCE_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        listening.close();
    }

    @Test
    @DisplayName("is read to its end after an error in another language, and the next answer is the next one's")
    void localizedError() throws Exception {
        wire.send(batch());
        wire.send(batch());
        send('E', CANCELLED.getBytes(StandardCharsets.UTF_8));
        send('Z', new byte[] {'I'});
        send('2', new byte[0]);
        send('D', granted(7));
        send('C', new byte[0]);
        send('Z', new byte[] {'I'});

        SQLException refused = catchThrowableOfType(SQLException.class, wire::receive);
        assertThat((Throwable) refused).hasMessageContaining("Anfrage abgebrochen");
        assertThat(new PostgresqlFailures().endsConnection(refused)).isFalse();
        assertThat(wire.receive().claimed()).containsExactly(new ClaimReply.Granted(7));
    }

    @Test
    @DisplayName("is the connection's last where the server closes it after an error, whatever that is")
    void lastError() throws Exception {
        wire.send(batch());
        send('E', CANCELLED.getBytes(StandardCharsets.UTF_8));
        server.shutdownOutput();

        SQLException ended = catchThrowableOfType(SQLException.class, wire::receive);
        assertThat((Throwable) ended).hasMessageContaining("Anfrage abgebrochen");
        assertThat(new PostgresqlFailures().endsConnection(ended)).isTrue();
    }

    private static ArrayBatch batch() {
        return new ArrayBatch(new Keys("test", Long::toHexString));
    }

    private void send(char type, byte[] content) throws IOException {
        DataOutputStream out = new DataOutputStream(server.getOutputStream());
        out.writeByte(type);
        out.writeInt(Integer.BYTES + content.length);
        out.write(content);
    }

    /** One claim granted, nothing released. */
    private static byte[] granted(long token) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream row = new DataOutputStream(bytes);
        row.writeShort(2);
        row.writeInt(5 * Integer.BYTES + Integer.BYTES + Long.BYTES);
        for (int each : new int[] {1, 0, INT8, 1, 1, Long.BYTES}) {
            row.writeInt(each);
        }
        row.writeLong(token);
        row.writeInt(3 * Integer.BYTES);
        for (int each : new int[] {0, 0, INT8}) {
            row.writeInt(each);
        }
        return bytes.toByteArray();
    }
}
