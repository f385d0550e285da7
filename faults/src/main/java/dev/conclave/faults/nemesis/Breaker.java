package dev.conclave.faults.nemesis;

import dev.conclave.faults.history.Event.FaultBegan;
import dev.conclave.faults.sites.Site;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** How each fault is done and undone. */
final class Breaker {
    private static final int FAIL_OVER_ATTEMPTS = 10;
    private static final long FAIL_OVER_PAUSE_MILLIS = 300;

    private final Site site;
    private final List<MemberJvm> members;

    Breaker(Site site, List<MemberJvm> members) {
        this.site = site;
        this.members = List.copyOf(members);
    }

    /** Ends a fault, and returns when it has ended. */
    @FunctionalInterface
    interface Remedy {
        void apply() throws Exception;
    }

    /** Begins a fault, and returns when it can be seen; what was seen is added to the details. */
    Remedy breakIt(Fault fault, Map<String, String> details) throws Exception {
        return switch (fault.kind().on()) {
            case PROCESS -> process(fault.kind(), member(fault), details);
            case CLOCK -> clock(member(fault), fault.details());
            case NETWORK -> network(fault, member(fault));
            case SERVERS -> servers(fault, details);
        };
    }

    private MemberJvm member(Fault fault) {
        return members.stream()
                .filter(member -> member.id().equals(fault.target()))
                .findFirst()
                .orElseThrow();
    }

    private static Remedy process(Kind kind, MemberJvm member, Map<String, String> details) throws Exception {
        details.put("process", member.who());
        details.put("pid", Long.toString(member.pid()));
        boolean pauses = kind == Kind.MEMBER_PAUSE;
        if (pauses) {
            member.pause();
            details.put("seen", "stopped");
        } else {
            member.kill();
            details.put("seen", ProcessHandle.of(member.pid()).isPresent() ? "still there" : "gone");
        }
        details.put("since", Long.toString(System.nanoTime()));
        return pauses ? member::resume : member::start;
    }

    private static Remedy clock(MemberJvm member, Map<String, String> details) throws IOException {
        member.clock().set(Long.parseLong(details.get("seconds")));
        return () -> member.clock().set(0);
    }

    private static Remedy network(Fault fault, MemberJvm member) throws IOException {
        List<TcpProxy> proxies = through(fault.details().getOrDefault("to", Fault.ALL_SERVERS), member.proxies());
        for (TcpProxy proxy : proxies) {
            disturb(fault, proxy);
        }
        return () -> {
            for (TcpProxy proxy : proxies) {
                if ("lost".equals(fault.details().get("afterwards"))) {
                    proxy.cut();
                }
                proxy.heal();
            }
        };
    }

    private static void disturb(Fault fault, TcpProxy proxy) throws IOException {
        switch (fault.kind()) {
            case CUT -> proxy.cut();
            case DROP_TO_BACKEND -> proxy.drop(Direction.TO_BACKEND);
            case DROP_TO_MEMBER -> proxy.drop(Direction.TO_MEMBER);
            case DROP -> {
                proxy.drop(Direction.TO_BACKEND);
                proxy.drop(Direction.TO_MEMBER);
            }
            case DELAY_TO_BACKEND -> proxy.delay(Direction.TO_BACKEND, delay(fault));
            case DELAY_TO_MEMBER -> proxy.delay(Direction.TO_MEMBER, delay(fault));
            case DELAY -> {
                proxy.delay(Direction.TO_BACKEND, delay(fault));
                proxy.delay(Direction.TO_MEMBER, delay(fault));
            }
            case REFUSE -> {
                proxy.refuse();
                proxy.cut();
            }
            default -> throw new IllegalArgumentException("no fault of the network: " + fault);
        }
    }

    private static Duration delay(Fault fault) {
        return Duration.ofMillis(Long.parseLong(fault.details().get("millis")));
    }

    private static <T> List<T> through(String target, List<T> all) {
        return target.equals(Fault.ALL_SERVERS)
                ? all
                : List.of(all.get(Integer.parseInt(target.substring(Fault.SERVER.length())) - 1));
    }

    private Remedy servers(Fault fault, Map<String, String> details) throws Exception {
        switch (fault.kind()) {
            case FLUSH -> {
                site.flush();
                return () -> {};
            }
            case FAIL_OVER -> {
                failOver(details);
                return () -> {};
            }
            default -> {
                List<Server> victims = through(fault.target(), site.servers());
                return fault.kind() == Kind.SERVER_PAUSE
                        ? paused(victims, details)
                        : killed(fault.kind(), victims, details);
            }
        }
    }

    /** Soon after another fault there may be nobody who could take the lead: then a few attempts, and it is noted that none succeeded. */
    private void failOver(Map<String, String> details) throws Exception {
        String why = "";
        for (int attempt = 0; attempt < FAIL_OVER_ATTEMPTS; attempt++) {
            try {
                details.put("now", site.failOver());
                return;
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
                TimeUnit.MILLISECONDS.sleep(FAIL_OVER_PAUSE_MILLIS);
            }
        }
        details.put(FaultBegan.IN_VAIN, why);
    }

    private static Remedy paused(List<Server> victims, Map<String, String> details) throws Exception {
        for (Server victim : victims) {
            victim.process().pause();
        }
        details.put("seen", "stopped");
        return () -> {
            for (Server victim : victims) {
                victim.process().resume();
            }
        };
    }

    private static Remedy killed(Kind kind, List<Server> victims, Map<String, String> details) {
        for (Server victim : victims) {
            victim.process().kill();
        }
        details.put("seen", "gone");
        return kind == Kind.SERVER_WIPE
                ? () -> together(victims, Server::restartEmpty)
                : () -> together(victims, victim -> victim.process().start());
    }

    @FunctionalInterface
    private interface Starting {
        void start(Server server) throws IOException, InterruptedException;
    }

    /** Side by side: where there are several, none of them serves before a quorum is up. */
    private static void together(List<Server> victims, Starting starting) throws IOException, InterruptedException {
        List<FutureTask<Void>> starts = new ArrayList<>();
        for (Server victim : victims) {
            FutureTask<Void> start = new FutureTask<>(() -> {
                starting.start(victim);
                return null;
            });
            starts.add(start);
            new Thread(start, "nemesis-start").start();
        }
        for (FutureTask<Void> start : starts) {
            try {
                start.get();
            } catch (ExecutionException e) {
                throw new IOException("the servers did not start again", e.getCause());
            }
        }
    }
}
