package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Names;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.KeyValue;

/** The first words on a new connection: who we are, which database, and what kind of server this is. */
final class Login {
    private final Endpoint endpoint;
    private final Replies replies;
    private final String member;
    private final Optional<String> user;
    private final Optional<String> password;

    Login(Endpoint endpoint, Replies replies, String member, Optional<String> user, Optional<String> password) {
        this.endpoint = endpoint;
        this.replies = replies;
        this.member = member;
        this.user = user;
        this.password = password;
    }

    /**
     * What a server says of itself.
     *
     * @param mode standalone, sentinel or cluster
     * @param role master or replica
     */
    record Greeting(String mode, String role, String version) {
        int major() {
            try {
                return Integer.parseInt(version.substring(0, Math.max(0, version.indexOf('.'))));
            } catch (NumberFormatException e) {
                return 0;
            }
        }
    }

    /** Something that is asked on a new connection. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Wire wire) throws IOException;
    }

    /** Connects, asks, and closes the connection again if that fails. */
    <T> T with(Target.Host host, Question<T> question) {
        Wire wire = endpoint.connect(host);
        boolean asked = false;
        try {
            T answer = question.ask(wire);
            asked = true;
            return answer;
        } catch (JedisDataException e) {
            throw replies.refused(host, e);
        } catch (IOException | JedisException e) {
            throw endpoint.failed(host, e);
        } catch (ClassCastException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new MisconfiguredException(
                    "what listens at " + host + " does not answer as Redis does; look at the host and port", e);
        } finally {
            if (!asked) {
                wire.reset();
            }
        }
    }

    /** Says hello. */
    Greeting greet(Wire wire) throws IOException {
        List<String> hello = new ArrayList<>(List.of("HELLO", "3"));
        if (user.isPresent() || password.isPresent()) {
            hello.addAll(List.of("AUTH", user.orElse("default"), password.orElse("")));
        }
        hello.addAll(List.of("SETNAME", "conclave:" + Names.encoded(member)));
        try {
            Map<String, String> said = new HashMap<>();
            for (Object each : (List<?>) wire.ask(hello.toArray(String[]::new))) {
                KeyValue<?, ?> entry = (KeyValue<?, ?>) each;
                if (entry.getKey() instanceof byte[] key && entry.getValue() instanceof byte[] value) {
                    said.put(text(key), text(value));
                }
            }
            return new Greeting(
                    said.getOrDefault("mode", ""), said.getOrDefault("role", ""), said.getOrDefault("version", ""));
        } catch (JedisDataException e) {
            throw refusal(wire.host(), e);
        }
    }

    private ConclaveException refusal(Target.Host host, JedisDataException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("unknown command") || message.startsWith("NOPROTO")) {
            return new UnsupportedDeploymentException(
                    "Redis at " + host + " is older than version 6 (or something before it does not pass on the command"
                            + " HELLO); use Redis 6 or newer, or Valkey",
                    e);
        }
        if (message.startsWith("WRONGPASS") || message.contains("invalid username-password")) {
            return new MisconfiguredException(
                    "Redis at " + host + " refuses the password of user " + user.orElse("default"), e);
        }
        if (message.startsWith("NOAUTH") || message.contains("without the client being authenticated")) {
            return new MisconfiguredException(
                    "Redis at " + host + " wants a password; give it in the URL, redis://USER:PASSWORD@" + host, e);
        }
        return replies.refused(host, e);
    }

    /** Chooses the database. */
    void select(Wire wire, int database) throws IOException {
        if (database == 0) {
            return;
        }
        try {
            wire.ask("SELECT", Integer.toString(database));
        } catch (JedisDataException e) {
            throw new MisconfiguredException(
                    "Redis at " + wire.host() + " has no database " + database + " for this user: " + e.getMessage(),
                    e);
        }
    }

    /** A failure that another server of the list may mend. */
    static ConclaveException last(List<ConclaveException> failures) {
        return failures.stream()
                .filter(failure -> !(failure instanceof BackendUnavailableException))
                .findFirst()
                .orElse(failures.get(failures.size() - 1));
    }

    static String text(Object bytes) {
        return new String((byte[]) bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}
