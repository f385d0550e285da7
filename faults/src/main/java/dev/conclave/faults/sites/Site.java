package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.servers.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A deployment of a backend. A site without a server implements only what has no default. Not thread-safe. */
public interface Site extends AutoCloseable {
    /** The namespace that all members use. */
    String NAMESPACE = "faults";

    /** What is counted, and ends with those who use it: none of it stays. */
    Set<String> ENDING = Set.of("connections", "leases", "ephemeral nodes", "advisory locks", "processes");

    /** The driver's name. */
    String driver();

    /** What is deployed, in a few words. */
    String deployment();

    /** Of the backend. */
    String version() throws Exception;

    /** The URL by these addresses, one for each of {@link #reached()}; without options. */
    String url(List<InetSocketAddress> addresses);

    /** Where members reach the servers; empty where no proxy can stand in between. */
    default List<InetSocketAddress> reached() {
        return List.of();
    }

    /** The servers that can be paused and killed. */
    default List<Server> servers() {
        return List.of();
    }

    /** Whether a server may be started again without its data. */
    default boolean canBeWiped() {
        return false;
    }

    /** Which of {@link Kind#FLUSH} and {@link Kind#FAIL_OVER} can be done. */
    default Set<Kind> more() {
        return Set.of();
    }

    /** Makes the servers forget all. */
    default void flush() throws Exception {
        throw new UnsupportedOperationException("nothing can be flushed here");
    }

    /** Has another server lead; says which. Fails while there is none that could. */
    default String failOver() throws Exception {
        throw new UnsupportedOperationException("there is one server");
    }

    /** What is stored, and who is connected: what, and how much of it. */
    Map<String, Long> residue() throws Exception;

    /** What may grow beyond what a single use leaves, and how far. */
    default Map<String, Long> bounds() {
        return Map.of();
    }

    /** All faults that can be done here. */
    default Set<Kind> kinds() {
        Set<Kind> kinds = EnumSet.of(Kind.MEMBER_PAUSE, Kind.MEMBER_KILL, Kind.CLOCK_JUMP);
        if (!reached().isEmpty()) {
            EnumSet.allOf(Kind.class).stream().filter(Kind::isOfNetwork).forEach(kinds::add);
        }
        if (!servers().isEmpty()) {
            kinds.addAll(List.of(Kind.SERVER_PAUSE, Kind.SERVER_RESTART));
        }
        if (canBeWiped()) {
            kinds.add(Kind.SERVER_WIPE);
        }
        kinds.addAll(more());
        return kinds;
    }

    @Override
    void close() throws IOException;
}
