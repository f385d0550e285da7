package dev.conclave.postgresql;

import java.io.IOException;
import java.net.Socket;
import java.util.Properties;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.util.PSQLException;

/** The client library's own TLS, which tells our socket by what it is encrypted. */
public final class KeptTls extends LibPQFactory {
    /** For the client library. */
    public KeptTls(Properties properties) throws PSQLException {
        super(properties);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        Socket encrypting = super.createSocket(socket, host, port, autoClose);
        PromptSockets.encrypts(socket, encrypting);
        return encrypting;
    }
}
