package dev.conclave.faults;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.HistoryWriter;
import dev.conclave.faults.member.Orders;
import dev.conclave.faults.nemesis.FakeTime;
import dev.conclave.faults.nemesis.Fault;
import dev.conclave.faults.nemesis.Kind;
import dev.conclave.faults.nemesis.MemberJvm;
import dev.conclave.faults.sites.Site;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All members. */
final class Crew implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("ada", "bob", "cyd", "dan", "eve", "fay", "gus", "hal", "ivy", "joe", "kim", "leo");
    /** How long a member's connections may take to vanish after it closed. */
    private static final long CONNECTIONS_END_SECONDS = 10;

    private final List<MemberJvm> members = new ArrayList<>();

    Crew(Settings settings, Site site, int registers, String options, boolean clocks) throws IOException {
        for (String id : NAMES.subList(0, settings.members())) {
            List<TcpProxy> proxies = new ArrayList<>();
            for (InetSocketAddress server : site.reached()) {
                proxies.add(TcpProxy.to(server, Ports.free()));
            }
            String url = site.url(proxies.stream().map(TcpProxy::address).toList()) + options;
            members.add(new MemberJvm(
                    run -> new Orders(
                            url,
                            id,
                            run,
                            settings.seed(),
                            settings.timeToLive().toMillis(),
                            registers,
                            settings.folder()),
                    id,
                    proxies,
                    clocks ? FakeTime.in(settings.folder(), id) : Optional.empty(),
                    settings.folder().resolve(id + ".log")));
        }
    }

    /** How many there can be. */
    static int most() {
        return NAMES.size();
    }

    List<String> ids() {
        return members.stream().map(MemberJvm::id).toList();
    }

    List<MemberJvm> members() {
        return List.copyOf(members);
    }

    void start() throws IOException {
        for (MemberJvm member : members) {
            member.start();
        }
    }

    void awaitConnected(Duration patience) throws Exception {
        each(member -> {
            if (!member.awaitConnected(patience)) {
                throw new IllegalStateException(
                        member.who() + " could not connect within " + patience.toSeconds() + " s; see its log");
            }
        });
    }

    void tell(String order) throws Exception {
        each(member -> member.tell(order));
    }

    /** Something to do with a member. */
    @FunctionalInterface
    private interface Doing {
        void with(MemberJvm member) throws Exception;
    }

    /** Does it with all of them, though it fails with one. */
    private void each(Doing doing) throws Exception {
        @Nullable Exception failed = null;
        for (MemberJvm member : members) {
            try {
                doing.with(member);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** Writes down how much each member spoke with its backend. */
    void count(HistoryWriter history) {
        members.forEach(member -> member.traffic().ifPresent(history::write));
    }

    /** No process ends but by a fault. */
    void checkAlive(Supplier<List<Fault>> underWay) {
        endedByItself(members, underWay).ifPresent(who -> {
            throw new IllegalStateException(who + " ended by itself; see its log");
        });
    }

    /** A process that has ended though nobody killed it. */
    static Optional<String> endedByItself(List<MemberJvm> members, Supplier<List<Fault>> underWay) {
        // In this order: a kill begins before the process ends, and is over only when the next one has started.
        Map<String, MemberJvm> ended =
                members.stream().filter(member -> !member.isAlive()).collect(Collectors.toMap(MemberJvm::who, m -> m));
        Set<String> killed = underWay.get().stream()
                .filter(fault -> fault.kind() == Kind.MEMBER_KILL)
                .map(Fault::target)
                .collect(Collectors.toSet());
        return ended.entrySet().stream()
                .filter(each -> !killed.contains(each.getValue().id())
                        && each.getValue().who().equals(each.getKey()))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    MemberJvm.Totals totals() {
        return members.stream().map(MemberJvm::totals).reduce(MemberJvm.Totals.NONE, MemberJvm.Totals::plus);
    }

    /** Has all say once more who owns what. */
    void conclude(Duration patience) throws Exception {
        tell("conclude");
        each(member -> {
            if (!member.awaitConcluded(patience)) {
                throw new IllegalStateException(
                        member.who() + " did not say who owns what within " + patience.toSeconds() + " s; see its log");
            }
        });
    }

    /** Has one after the other close, as a deployment is shut down, and says what they leave. */
    void closeAll(Duration patience, HistoryWriter history, Progress progress) throws Exception {
        each(member -> {
            if (!member.awaitClosed(patience)) {
                progress.say(
                        member.who() + " did not close within " + patience.toSeconds() + " s; its log has its threads");
            }
            if (!member.proxies().isEmpty()) {
                history.write(new Event.Residue("connections of " + member.who(), connections(member), 0));
            }
        });
    }

    private static long connections(MemberJvm member) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CONNECTIONS_END_SECONDS);
        while (member.connections() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return member.connections();
    }

    /** Kills what still runs: a process that is paused would not notice that its parent has gone. */
    @Override
    public void close() throws Exception {
        each(MemberJvm::close);
    }
}
