package dev.conclave.kit;

import dev.conclave.DriverInfo;
import dev.conclave.kit.line.Providers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One backend in the kit's hand: what a driver's author implements. Only {@link #url()} and {@link #close()} are needed; each
 * fault that the author can inflict makes more scenarios apply. A fault that makes no sense throws {@link NotApplicable} with
 * the reason, as all of them do unless they are overridden.
 *
 * <p>Scenarios run side by side on one backend, in a namespace each; those that break it get one for themselves.
 */
public interface Backend extends AutoCloseable {
    /** The URL to reach the backend by, without a namespace and a time-to-live: the kit adds these. */
    String url();

    /** What the driver promises of this deployment; what it says of itself, found by the URL, unless this is overridden. */
    default DriverInfo driver() {
        return Providers.forUrl(url()).info();
    }

    /**
     * The longest that two members may both believe while this backend forgets nothing, to which the scenarios hold the driver:
     * what it publishes, unless that is for those who forget.
     */
    default Duration beliefOverlap() {
        return driver().beliefOverlap();
    }

    /** How members reach the server, if there is one: the kit then puts its proxy in between. */
    default Optional<Wire> wire() {
        return Optional.empty();
    }

    /** Stops the server's process where it stands, as SIGSTOP does: it keeps its connections and answers nothing. */
    default void pause() throws Exception {
        throw NotApplicable.because("there is no server to pause");
    }

    /** Lets the server go on after {@link #pause()}. */
    default void resume() throws Exception {
        throw NotApplicable.because("there is no server to pause");
    }

    /** Kills the server and starts it again on the same address, with whatever it stored in a lasting way. */
    default void restart() throws Exception {
        throw NotApplicable.because("there is no server to restart");
    }

    /** Whether a {@link #restart()} ends sessions and yet keeps the groups' history, so that watchers are told who left. */
    default boolean keepsHistory() {
        return false;
    }

    /** Kills the server and starts it again on the same address, having forgotten everything. */
    default void restartEmpty() throws Exception {
        throw NotApplicable.because("there is no server to restart");
    }

    /** Makes the running server forget everything, as an operator's flush does. */
    default void flush() throws Exception {
        throw NotApplicable.because("there is no server to flush");
    }

    /**
     * How many objects the backend stores for a namespace: keys, nodes, rows, files. What remains of names that nobody uses
     * any more counts too.
     */
    default long footprint(String namespace) throws Exception {
        throw NotApplicable.because("the backend cannot count what it stores");
    }

    /** The URL with another password, which is wrong. */
    default String urlWithPassword(String password) {
        throw NotApplicable.because("the backend asks for no password");
    }

    /** Deployments that the driver must refuse, each ready to be connected to. */
    default List<BadDeployment> badDeployments() throws Exception {
        throw NotApplicable.because("no deployment of this backend is known that the driver would have to refuse");
    }

    /** Stops the backend and removes what it stored. */
    @Override
    void close() throws IOException;

    /**
     * How members reach a server over TCP.
     *
     * @param server where it listens
     * @param urlVia the URL to reach it by another address, that of the kit's proxy
     */
    record Wire(InetSocketAddress server, Function<InetSocketAddress, String> urlVia) {}

    /**
     * A deployment that cannot keep the driver's promises.
     *
     * @param what it is, for the report
     * @param url how to connect to it
     * @param remedy a part of the remedy that the refusal must name
     */
    record BadDeployment(String what, String url, String remedy) {}
}
