package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import java.util.List;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a server's refusals mean. */
final class Replies {
    private static final List<String> MISTAKES =
            List.of("NOPERM", "NOAUTH", "WRONGPASS", "WRONGTYPE", "ERR unknown command", "ERR Unknown Redis command");

    private final Endpoint endpoint;
    private final List<String> elsewhere;
    private final String member;

    /** @param kind how the deployment is reached, and so whether another server may be named */
    Replies(Endpoint endpoint, String member, Servers.Kind kind) {
        this.endpoint = endpoint;
        this.member = member;
        this.elsewhere = switch (kind) {
            case SINGLE -> List.of("READONLY", "MOVED");
            // A primary whose replicas have left it, perhaps for its successor: the sentinels know.
            case SENTINEL -> List.of("READONLY", "MOVED", "NOREPLICAS");
            // A node that is cut off from most of the others, which may have promoted a replica of it.
            case CLUSTER -> List.of("READONLY", "MOVED", "CLUSTERDOWN");
        };
    }

    private String at(Target.Host host) {
        return "Redis at " + host + " for member " + member;
    }

    /** Whether the server is not, or no longer, the one that has our keys and may change them. */
    boolean isElsewhere(JedisDataException refusal) {
        return elsewhere.stream().anyMatch(code -> says(refusal, code));
    }

    /** Redis 6 puts a script's error into a sentence of its own, behind a hyphen. */
    static boolean says(JedisDataException refusal, String code) {
        String message = String.valueOf(refusal.getMessage());
        return message.startsWith(code) || message.contains(" -" + code + " ");
    }

    ConclaveException refused(Target.Host host, JedisDataException refusal) {
        if (says(refusal, "NOPERM")) {
            return new MisconfiguredException(
                    at(host) + " does not permit what a step needs; give the user the rights that the guide lists: "
                            + refusal.getMessage(),
                    refusal);
        }
        if (says(refusal, "WRONGTYPE")) {
            return new MisconfiguredException(
                    at(host) + " holds keys of somebody else where Conclave's should be; choose another namespace: "
                            + refusal.getMessage(),
                    refusal);
        }
        if (says(refusal, "OOM")) {
            return new BackendUnavailableException(
                    at(host) + " is out of memory; raise maxmemory or remove keys: " + refusal.getMessage(), refusal);
        }
        if (MISTAKES.stream().anyMatch(code -> says(refusal, code))) {
            return new MisconfiguredException(at(host) + " refuses: " + refusal.getMessage(), refusal);
        }
        return new BackendUnavailableException(
                at(host) + " cannot serve at present; it will be tried again: " + refusal.getMessage(), refusal);
    }

    BackendUnavailableException broken(Target.Host host, Throwable reason) {
        ConclaveException failure = endpoint.failed(host, reason);
        return failure instanceof BackendUnavailableException unavailable
                ? unavailable
                : new BackendUnavailableException(String.valueOf(failure.getMessage()), reason);
    }
}
