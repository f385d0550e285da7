package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Duplex;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first words on a new connection: who we are, and which run of which server this is. */
final class Login {
    /**
     * What a server tells as its uptime begins at 2, and grows by 1 when a second of a clock begins that was running before. From
     * here on it has been up for a second, so that no other run began in the same one.
     */
    private static final long GROWN_UP = 4;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
    private static final int[] OLDEST = {1, 6, 10};

    private final Endpoint endpoint;
    private final Optional<String> user;
    private final Optional<String> password;
    /** Of the driver's thread and of each listing's; who loses a race has connected to a run that was the latest a moment ago. */
    private volatile long latestStart;

    Login(Endpoint endpoint, Target target) {
        this.endpoint = endpoint;
        this.user = target.user();
        this.password = target.password();
    }

    /** Why a server that started a moment ago is not used yet: the same will do when its clock has ticked. */
    static final class TooYoung extends Exception {
        private static final long serialVersionUID = 1L;
        private final long startSeconds;

        TooYoung(long startSeconds) {
            super("another run of it may have started in the same second", null, false, false);
            this.startSeconds = startSeconds;
        }

        /** Whether it is a later run than the other: then it has nothing of what that one stored. */
        boolean isLaterThan(Instance other) {
            return startSeconds > other.startSeconds();
        }
    }

    /** A connection that can be used, and what it leads to. */
    record Established(Wire wire, Instance instance, Map<String, String> settings) implements Duplex.Connection {
        @Override
        public void operate(BooleanSupplier whetherPatient) {
            wire.operate(whetherPatient);
        }

        @Override
        public void write(byte[] bytes, int length) throws IOException {
            wire.write(bytes, length);
        }

        @Override
        public boolean comes(int millis) throws IOException {
            return wire.comes(millis);
        }

        @Override
        public boolean hasSome() {
            return wire.hasSome();
        }

        @Override
        public long ageNanos() {
            return wire.ageNanos();
        }

        @Override
        public void reset() {
            wire.reset();
        }
    }

    /** Connects; blocks, for a few time-outs at most. */
    Established connect() {
        Wire wire = endpoint.connect();
        boolean done = false;
        try {
            authenticate(wire);
            Map<String, String> settings = stats(wire, "stats settings");
            Instance instance = instance(stats(wire, "stats"), settings);
            done = true;
            return new Established(wire, instance, settings);
        } catch (EOFException e) {
            throw new BackendUnavailableException(
                    endpoint.where() + " closed the connection: it may have too many (-c), or ask for SASL (-S), which"
                            + " is only for its old binary protocol; use an -Y password file instead",
                    e);
        } catch (IOException e) {
            throw endpoint.failed(e);
        } finally {
            if (!done) {
                wire.reset();
            }
        }
    }

    /** A name and password are sent only to who asks for them: another server would store them as an item. */
    private void authenticate(Wire wire) throws IOException {
        String answer = wire.ask("mn");
        if (answer.equals("MN")) {
            return;
        }
        if (answer.startsWith("ERROR Too many")) {
            throw new BackendUnavailableException(
                    endpoint.where() + " has too many connections; raise its limit, -c", null);
        }
        if (answer.equals("ERROR")) {
            throw tooOld(wire);
        }
        if (!answer.startsWith("CLIENT_ERROR unauth")) {
            throw endpoint.strange("it answered '" + answer + "'", null);
        }
        if (user.isEmpty() || password.isEmpty()) {
            throw new MisconfiguredException("memcached at " + endpoint.host()
                    + " wants a user and password; give them in the URL, memcached://USER:PASSWORD@"
                    + endpoint.host());
        }
        String words = user.get() + " " + password.get();
        int length = words.getBytes(StandardCharsets.UTF_8).length;
        if (!wire.ask("set conclave 0 0 " + length + "\r\n" + words).equals("STORED")) {
            throw new MisconfiguredException(
                    "memcached at " + endpoint.host() + " refuses the password of user " + user.get());
        }
        answer = wire.ask("mn");
        if (!answer.equals("MN")) {
            throw tooOld(wire);
        }
    }

    private ConclaveException tooOld(Wire wire) throws IOException {
        String answer = wire.ask("version");
        if (!answer.startsWith("VERSION ")) {
            return endpoint.strange("it answered '" + answer + "'", null);
        }
        return tooOld(
                answer.substring("VERSION ".length()), ", or something before it does not pass on the command mn");
    }

    private UnsupportedDeploymentException tooOld(String version, String or) {
        return new UnsupportedDeploymentException("memcached at " + endpoint.host() + " is version " + version + or
                + "; use memcached 1.6.10 or newer, which has the meta commands as they are today");
    }

    private Map<String, String> stats(Wire wire, String command) throws IOException {
        Map<String, String> stats = new HashMap<>();
        Optional<String> refusal = wire.list(command, line -> {
            String[] words = line.split(" ", 3);
            if (!words[0].equals("STAT") || words.length < 2) {
                throw endpoint.strange("to '" + command + "' it answered '" + line + "'", null);
            }
            stats.put(words[1], words.length > 2 ? words[2] : "");
        });
        if (refusal.isPresent()) {
            throw endpoint.strange("to '" + command + "' it answered '" + refusal.get() + "'", null);
        }
        return stats;
    }

    /** Before, sets were written otherwise, and a deletion did not compare: it would free another's lock. */
    private void requireMetaCommands(String version) {
        Matcher numbers = VERSION.matcher(version);
        if (numbers.lookingAt()) {
            int[] found = {
                Integer.parseInt(numbers.group(1)),
                Integer.parseInt(numbers.group(2)),
                Integer.parseInt(numbers.group(3))
            };
            if (Arrays.compare(found, OLDEST) < 0) {
                throw tooOld(version, "");
            }
        }
    }

    private Instance instance(Map<String, String> stats, Map<String, String> settings) {
        requireMetaCommands(stats.getOrDefault("version", ""));
        long time;
        long uptime;
        long largest;
        try {
            time = Long.parseLong(stats.getOrDefault("time", ""));
            uptime = Long.parseLong(stats.getOrDefault("uptime", ""));
            largest = Long.parseLong(settings.getOrDefault("item_size_max", "1048576"));
        } catch (NumberFormatException e) {
            throw new UnsupportedDeploymentException(
                    "memcached at " + endpoint.host() + " does not tell when it started, from which tokens are made;"
                            + " connect to the server itself and not to a proxy before it",
                    e);
        }
        if (settings.getOrDefault("cas_enabled", "yes").equals("no")) {
            throw new UnsupportedDeploymentException("memcached at " + endpoint.host()
                    + " runs without compare-and-set, and nothing can be locked; start it without -C");
        }
        long start = time - uptime;
        if (start < latestStart) {
            throw new BackendUnavailableException(
                    endpoint.where() + " is another server than before, started earlier, or its clock was set back:"
                            + " fencing tokens would go back",
                    null);
        }
        if (uptime < GROWN_UP) {
            throw new BackendUnavailableException(
                    endpoint.where() + " started a moment ago, and serves when it is a second old",
                    new TooYoung(start));
        }
        latestStart = Math.max(latestStart, start);
        return new Instance(start, time, System.nanoTime(), largest);
    }
}
