package dev.conclave.zookeeper;

import dev.conclave.spi.Target.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.client.HostProvider;
import org.jspecify.annotations.Nullable;

/**
 * Which server the client tries next, one after the other from a random one on. It resolves a name anew each time, and remembers why
 * the last attempt failed, which the client only logs. One for each handle; used by the client's sending thread alone, but for what
 * it says.
 */
final class Hosts implements HostProvider {
    private static final int PROBE_MILLIS = 250;
    /** As many attempts to come back fit into the time that a session lives, though none is answered. */
    private static final int LEAST_ATTEMPTS = 3;

    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 200;

    private final List<Host> hosts;
    private final Runnable beforeEach;
    private int next = -1;
    private int failures;
    private boolean everConnected;
    private volatile @Nullable String trouble;

    /** @param beforeEach what is to be done before each attempt */
    Hosts(List<Host> hosts, Runnable beforeEach) {
        this.beforeEach = beforeEach;
        List<Host> shuffled = new ArrayList<>(hosts);
        Collections.shuffle(shuffled);
        this.hosts = List.copyOf(shuffled);
    }

    /**
     * By what the client divides the time that a session lives, to know when to give up an attempt that is not answered. By one, for one server, it
     * would never try again: a server that accepted the connection while it was starting, and says nothing, would cost the session. The first
     * attempt has no session to lose, and a client that has just started may be slow.
     */
    @Override
    public int size() {
        return next < 0 ? hosts.size() : Math.max(LEAST_ATTEMPTS, hosts.size());
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
        beforeEach.run();
        if (failures > 0 && failures % hosts.size() == 0) {
            pause();
        }
        failures++;
        next = (next + 1) % hosts.size();
        InetSocketAddress address = resolved(hosts.get(next));
        if (everConnected) {
            Thread.currentThread().interrupt();
        }
        return address;
    }

    private InetSocketAddress resolved(Host host) {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(host.name());
            InetAddress address = addresses[failures / hosts.size() % addresses.length];
            InetSocketAddress found = new InetSocketAddress(address, host.port());
            if (failures > hosts.size() && !everConnected) {
                probe(host, found);
            }
            return found;
        } catch (UnknownHostException e) {
            trouble = "the host name " + host.name() + " cannot be resolved";
            return InetSocketAddress.createUnresolved(host.name(), host.port());
        }
    }

    /**
     * All were tried. Before each attempt to come back, the client itself sleeps for up to a second, more than a short session can spare.
     * It bears being interrupted there, which {@link #next} does; so the pause is ours, and grows while nobody answers.
     */
    private void pause() {
        int rounds = failures / hosts.size();
        long limit = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(rounds, 10));
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(limit / 2, limit));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe(Host host, InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, PROBE_MILLIS);
            trouble = host + " accepts connections, but does not answer as a ZooKeeper server in service does";
        } catch (IOException e) {
            trouble = host + " does not accept connections (" + e.getMessage() + ")";
        }
    }

    /** Why the last attempt failed, if that is known. */
    @Nullable
    String trouble() {
        return trouble;
    }

    @Override
    public void onConnected() {
        failures = 0;
        everConnected = true;
        trouble = null;
    }

    @Override
    public boolean updateServerList(Collection<InetSocketAddress> servers, InetSocketAddress current) {
        return false;
    }
}
