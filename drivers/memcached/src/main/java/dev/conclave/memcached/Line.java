package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.support.Duplex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The way to the server and back. What is asked may be for one run of the server only, and is then not sent to another. */
final class Line implements Duplex.Protocol<Batch, Login.Established> {
    private final Duplex<Batch, Login.Established> duplex;
    private final Login login;
    private final Endpoint endpoint;
    private final Runnable lookAgain;
    private volatile Instance instance;

    /** @param lookAgain run when a connection was lost and when one has come back, on the reading thread */
    Line(String member, Login.Established first, Login login, Endpoint endpoint, Runnable lookAgain) {
        this.login = login;
        this.endpoint = endpoint;
        this.lookAgain = lookAgain;
        this.instance = first.instance();
        this.duplex = new Duplex<>("conclave-memcached-" + member, this, endpoint.timeout());
        duplex.start(first);
    }

    /** The run of the server that was connected to last. */
    Instance instance() {
        return instance;
    }

    boolean isConnected() {
        return duplex.isConnected();
    }

    CompletableFuture<Batch.Answers> submit(Batch batch) {
        duplex.submit(batch);
        return batch.answers();
    }

    /** See {@link dev.conclave.spi.Driver#lend}. */
    void lend(BooleanSupplier done) {
        duplex.lend(done);
    }

    /** Ends the thread; what is under way fails. */
    CompletableFuture<Void> close() {
        return duplex.close();
    }

    @Override
    public Login.Established connect() {
        return login.connect();
    }

    @Override
    public Collection<Batch> opened(Login.Established connection) {
        instance = connection.instance();
        return List.of();
    }

    @Override
    public void operating() {
        lookAgain.run();
    }

    @Override
    public void lost() {
        lookAgain.run();
    }

    @Override
    public boolean isFor(Batch batch, Login.Established connection) {
        return batch.isFor(connection.instance());
    }

    @Override
    public void misdirected(Batch batch) {
        batch.outdated();
    }

    /** Reads all answers to one batch; it stays among those sent until the last has come. */
    @Override
    public void read(Login.Established from) throws IOException {
        Reply first = from.wire().read();
        Batch batch = duplex.oldest();
        if (batch == null) {
            throw new Wire.StrangeAnswer(first.line());
        }
        List<Reply> replies = new ArrayList<>(batch.count());
        @Nullable Reply error = null;
        for (Reply reply = first; ; reply = from.wire().read()) {
            replies.add(reply);
            if (reply.isError()) {
                error = error == null ? reply : error;
                if (!reply.isServersTrouble()) {
                    break; // who knows what the next lines answer
                }
            }
            if (replies.size() == batch.count()) {
                break;
            }
        }
        duplex.answered();
        if (error == null) {
            batch.answer(from.instance(), replies);
        } else {
            batch.fail(refused(error));
            if (!error.isServersTrouble()) {
                throw new Wire.StrangeAnswer(error.line());
            }
        }
    }

    private ConclaveException refused(Reply error) {
        if (error.isServersTrouble()) {
            return new BackendUnavailableException(
                    endpoint.where() + " cannot store or tell at present; it will be tried again: " + error.line()
                            + "; if its memory is full, give it more (-m)",
                    null);
        }
        return new MisconfiguredException(
                endpoint.where() + " does not understand what every memcached since 1.6.10 does: " + error.line()
                        + "; is there a proxy before it?");
    }

    @Override
    public BackendUnavailableException broken(Login.Established connection, Throwable reason) {
        return endpoint.broken(reason);
    }

    @Override
    public BackendUnavailableException closed() {
        return new BackendUnavailableException("the connection to memcached was closed", null);
    }
}
