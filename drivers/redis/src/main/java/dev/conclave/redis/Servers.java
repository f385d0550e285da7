package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Names;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Finds the server that has the namespace: the one of the URL, the one that the sentinels name, or a node of the cluster. */
final class Servers {
    /** How a deployment is reached. */
    enum Kind {
        SINGLE(6379),
        SENTINEL(26379),
        CLUSTER(6379);

        private final int port;

        Kind(int port) {
            this.port = port;
        }
    }

    private final Target target;
    private final Kind kind;
    private final int database;
    private final int slot;
    private final Endpoint endpoint;
    private final Replies replies;
    private final Login login;
    private final Login sentinelLogin;
    /** Whom to ask where the namespace is, the last that was right first. Only the thread that connects uses it. */
    private List<Target.Host> known;

    private volatile boolean misled;

    private Login.Greeting greeting = new Login.Greeting("", "", "");

    Servers(Target target, Environment environment, Keys keys) {
        this.target = target;
        this.kind = switch (target.scheme()) {
            case "redis+sentinel" -> Kind.SENTINEL;
            case "redis+cluster" -> Kind.CLUSTER;
            default -> Kind.SINGLE;
        };
        this.known = named();
        this.database = kind == Kind.SENTINEL ? 0 : database(target);
        this.slot = JedisClusterCRC16.getSlot(keys.hashTag());
        requireSense();
        Duration timeout = environment.callTimeout();
        String member = environment.member();
        this.endpoint = new Endpoint(target, member, timeout);
        this.replies = new Replies(endpoint, member, kind);
        this.login = new Login(endpoint, replies, member, target.user(), target.password());
        this.sentinelLogin = new Login(
                endpoint, replies, member, target.option("sentinel-user"), target.option("sentinel-password"));
    }

    private void requireSense() {
        if (known.isEmpty()) {
            throw new MisconfiguredException(
                    "the " + target.scheme() + ": URL names no host; write " + target.scheme() + "://localhost");
        }
        if (kind == Kind.SINGLE && known.size() > 1) {
            throw new MisconfiguredException("the " + target.scheme() + ": URL names " + known.size()
                    + " hosts, and only one can be the primary; use redis+sentinel: or redis+cluster:");
        }
        if (kind == Kind.CLUSTER && database != 0) {
            throw new MisconfiguredException("a Redis Cluster has no databases; leave the path out of the URL");
        }
        if (kind == Kind.SENTINEL && target.path().length() < 2) {
            throw new MisconfiguredException(
                    "the redis+sentinel: URL does not name the primary; write redis+sentinel://" + known.get(0)
                            + "/PRIMARY-NAME");
        }
    }

    private Target.Host withPort(Target.Host host) {
        return host.port() < 0 ? new Target.Host(host.name(), kind.port) : host;
    }

    private static int database(Target target) {
        String path = target.path();
        if (path.isEmpty() || path.equals("/")) {
            return 0;
        }
        try {
            int number = Integer.parseInt(path.substring(1));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, together with negative numbers
        }
        throw new MisconfiguredException(
                "'" + path + "' is no number of a database; write " + target.scheme() + "://HOST:PORT/0");
    }

    Kind kind() {
        return kind;
    }

    Replies replies() {
        return replies;
    }

    /** Of the server that was connected to last. */
    Login.Greeting greeting() {
        return greeting;
    }

    /** Connects to the server that has the namespace now. Blocks, for a small number of time-outs. */
    Wire connect() {
        if (misled) {
            misled = false;
            known = union(known.subList(1, known.size()), known);
        }
        return switch (kind) {
            case SINGLE -> open(known.get(0));
            case SENTINEL -> firstNamed(this::primary);
            case CLUSTER -> firstNamed(this::owner);
        };
    }

    /** The server that was connected to last says that it is not the one: who named it is asked last from now on. On any thread. */
    void misled() {
        misled = true;
    }

    private Wire open(Target.Host host) {
        return login.with(host, wire -> {
            Login.Greeting said = login.greet(wire);
            requireKind(host, said);
            if (!said.role().equals("master")) {
                throw replica(host);
            }
            login.select(wire, database);
            greeting = said;
            return wire;
        });
    }

    private void requireKind(Target.Host host, Login.Greeting said) {
        String expected = kind == Kind.CLUSTER ? "cluster" : "standalone";
        if (said.mode().equals(expected)) {
            return;
        }
        String use = switch (said.mode()) {
            case "cluster" -> "is a node of a Redis Cluster; use redis+cluster://";
            case "sentinel" -> "is a Sentinel; use redis+sentinel://HOST:PORT/PRIMARY-NAME, not ";
            case "standalone" -> "is no node of a Redis Cluster; use redis://";
            default -> "does not say what kind of server it is; Conclave needs Redis 6 or newer, or Valkey, not ";
        };
        throw new UnsupportedDeploymentException("Redis at " + host + " " + use + host);
    }

    private ConclaveException replica(Target.Host host) {
        String message = "Redis at " + host + " is a read-only replica; ";
        return kind == Kind.SINGLE
                ? new UnsupportedDeploymentException(
                        message + "name its primary, or the sentinels with redis+sentinel://HOST/PRIMARY-NAME")
                : new BackendUnavailableException(
                        message + "a fail-over may be under way, it will be tried again", null);
    }

    private Target.Host primary(Target.Host sentinel) {
        String name = target.path().substring(1);
        return sentinelLogin.with(sentinel, wire -> {
            Login.Greeting said = sentinelLogin.greet(wire);
            if (!said.mode().equals("sentinel")) {
                throw new UnsupportedDeploymentException(
                        "Redis at " + sentinel + " is no Sentinel; name the sentinels, or use redis://" + sentinel);
            }
            Object address = wire.ask("SENTINEL", "get-master-addr-by-name", name);
            wire.reset();
            if (address == null) {
                throw new MisconfiguredException(
                        "the Sentinel at " + sentinel + " knows no primary '" + name + "'; look at the URL's path");
            }
            List<?> parts = (List<?>) address;
            return new Target.Host(Login.text(parts.get(0)), Integer.parseInt(Login.text(parts.get(1))));
        });
    }

    /** Also notes what other nodes the cluster has. */
    private Target.Host owner(Target.Host node) {
        Set<Target.Host> nodes = new LinkedHashSet<>(named());
        Optional<Target.Host> owner = login.with(node, wire -> {
            requireKind(node, login.greet(wire));
            Optional<Target.Host> found = Optional.empty();
            for (Object each : (List<?>) wire.ask("CLUSTER", "SLOTS")) {
                List<?> range = (List<?>) each;
                for (Object server : range.subList(2, range.size())) {
                    nodes.add(address((List<?>) server, node));
                }
                if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
                    found = Optional.of(address((List<?>) range.get(2), node));
                }
            }
            wire.reset();
            return found;
        });
        List<Target.Host> still = known.stream()
                .filter(each -> each.equals(node) || nodes.contains(each))
                .toList();
        known = union(still, nodes);
        return owner.orElseThrow(() -> new BackendUnavailableException(
                "no node of the Redis Cluster has slot " + slot + " of namespace " + Names.encoded(target.namespace())
                        + " at present, says " + node + "; it will be tried again",
                null));
    }

    private List<Target.Host> named() {
        return target.hosts().stream().map(this::withPort).toList();
    }

    private static List<Target.Host> union(Collection<Target.Host> first, Collection<Target.Host> others) {
        Set<Target.Host> all = new LinkedHashSet<>(first);
        all.addAll(others);
        return List.copyOf(all);
    }

    /** A node that does not know its own name is where we asked. */
    private static Target.Host address(List<?> server, Target.Host asked) {
        String name = server.get(0) == null ? "" : Login.text(server.get(0));
        int port = ((Long) server.get(1)).intValue();
        return new Target.Host(name.isEmpty() || name.equals("?") ? asked.name() : name, port);
    }

    /** Says, of one of several servers that may know, which server has the namespace. */
    @FunctionalInterface
    private interface Question {
        Target.Host ask(Target.Host informant);
    }

    /**
     * The first server that is named by anybody known and can be used. One informant that has not noticed a fail-over, or was started anew, must
     * not keep us from asking the next; and each server that is named is tried once, however many name it.
     */
    private Wire firstNamed(Question question) {
        List<ConclaveException> failures = new ArrayList<>();
        Set<Target.Host> tried = new HashSet<>();
        for (Target.Host informant : known) {
            try {
                Target.Host named = question.ask(informant);
                if (tried.add(named)) {
                    Wire wire = open(named);
                    known = union(List.of(informant), known);
                    return wire;
                }
            } catch (ConclaveException e) {
                failures.add(e);
            }
        }
        throw Login.last(failures);
    }
}
