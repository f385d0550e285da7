package dev.conclave.spi;

import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where to connect and how: a URL and the options of the builder, read by this one parser.
 *
 * <pre>
 *   redis://user:secret@host:6379,host2:6379/path?ttl=10s&amp;namespace=billing
 *   └scheme  └user └password └hosts            └path └options
 *   memory:name      file:/var/lib/conclave      (no hosts: all that follows the colon is the path)
 * </pre>
 *
 * <p>User, password, path and options are percent-decoded. Immutable. {@link #toString()} is safe to
 * log: secrets are {@code ***}.
 */
public final class Target {
    /** The options that every driver has. */
    public static final List<DriverOption> COMMON_OPTIONS = List.of(
            new DriverOption("ttl", "how long the session outlives its last renewal; 10s", false),
            new DriverOption("call-timeout", "how long one call to the backend may take; a third of the ttl", false),
            new DriverOption("namespace", "keeps applications apart that share a backend; conclave", false));

    private static final Pattern PASSWORD_IN_PATH = Pattern.compile("^(/*[^/:@]*):[^@]*@");
    private static final Duration MIN_TTL = Duration.ofMillis(100);
    private static final Duration MAX_TTL = Duration.ofDays(1);

    private final String scheme;
    private final Optional<String> user;
    private final Optional<String> password;
    private final List<Host> hosts;
    private final String path;
    private final Map<String, String> options;
    private final Collection<DriverOption> knownOptions;
    private final Duration ttl;
    private final Duration callTimeout;
    private final String namespace;

    /**
     * A server's address.
     *
     * @param name a host name or address; IPv6 without its brackets
     * @param port the port, or -1 if the URL names none
     */
    public record Host(String name, int port) {
        /** As in a URL. */
        @Override
        public String toString() {
            String host = name.indexOf(':') >= 0 ? "[" + name + "]" : name;
            return port < 0 ? host : host + ":" + port;
        }
    }

    private Target(Url url, Map<String, String> options, Collection<DriverOption> knownOptions) {
        this.scheme = url.scheme;
        this.user = url.user;
        this.password = url.password;
        this.hosts = url.hosts;
        this.path = url.path;
        this.options = options;
        this.knownOptions = knownOptions;
        this.ttl = duration("ttl").orElse(Duration.ofSeconds(10));
        requireWithin("ttl", ttl, MIN_TTL, MAX_TTL);
        this.callTimeout = duration("call-timeout").orElse(ttl.dividedBy(3));
        requireWithin("call-timeout", callTimeout, Duration.ofMillis(10), ttl);
        this.namespace = Names.checked("namespace", option("namespace").orElse("conclave"));
    }

    /** The part of a URL before the first colon, in lower case; all that is needed to find the driver. */
    public static String schemeOf(String url) {
        return Url.schemeOf(url);
    }

    /**
     * Reads a URL.
     *
     * @param url as in the class comment
     * @param defaults options that hold where the URL does not say otherwise
     * @param driverOptions the options that are known beside {@link #COMMON_OPTIONS}
     * @throws MisconfiguredException naming what is wrong and what would be right
     */
    public static Target parse(String url, Map<String, String> defaults, Collection<DriverOption> driverOptions) {
        Url parsed = Url.parse(url);
        Map<String, DriverOption> known = new TreeMap<>();
        COMMON_OPTIONS.forEach(option -> known.put(option.name(), option));
        driverOptions.forEach(option -> known.put(option.name(), option));
        Map<String, String> options = new LinkedHashMap<>(defaults);
        options.putAll(parsed.query);
        for (String name : options.keySet()) {
            if (!known.containsKey(name)) {
                throw new MisconfiguredException("unknown option '" + name + "' for " + parsed.scheme
                        + ":; the known ones are " + String.join(", ", new TreeSet<>(known.keySet())));
            }
        }
        return new Target(parsed, Map.copyOf(options), List.copyOf(known.values()));
    }

    /** The scheme in lower case. */
    public String scheme() {
        return scheme;
    }

    /** The user, if the URL names one. */
    public Optional<String> user() {
        return user;
    }

    /** The password, if the URL has one. */
    public Optional<String> password() {
        return password;
    }

    /** The servers, in the URL's order; empty where the URL has no {@code //}. */
    public List<Host> hosts() {
        return hosts;
    }

    /** What follows the hosts, with its leading slash; or all that follows the scheme where there are no hosts. */
    public String path() {
        return path;
    }

    /** An option's text, if it is given. */
    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** An option as a duration, if it is given. */
    public Optional<Duration> duration(String name) {
        return option(name).map(text -> {
            try {
                return Durations.parse(text);
            } catch (MisconfiguredException e) {
                throw new MisconfiguredException("option " + name + ": " + e.getMessage(), e);
            }
        });
    }

    /** An option as {@code true} or {@code false}, if it is given. */
    public Optional<Boolean> flag(String name) {
        return option(name).map(text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new MisconfiguredException("option " + name + " must be true or false, not '" + text + "'");
        });
    }

    /** The session's time-to-live that is asked for. */
    public Duration ttl() {
        return ttl;
    }

    /** How long the engine waits for one step. */
    public Duration callTimeout() {
        return callTimeout;
    }

    /** The namespace. */
    public String namespace() {
        return namespace;
    }

    private static void requireWithin(String name, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new MisconfiguredException(name + " must be from " + Durations.format(min) + " to "
                    + Durations.format(max) + ", not " + Durations.format(value));
        }
    }

    /** The URL with its secrets hidden. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(scheme).append(':');
        if (!hosts.isEmpty()) {
            text.append("//");
            user.ifPresent(name ->
                    text.append(name).append(password.isPresent() ? ":***" : "").append('@'));
            text.append(String.join(",", hosts.stream().map(Host::toString).toList()));
        }
        text.append(shownPath());
        List<String> shown = new ArrayList<>();
        new TreeMap<>(options).forEach((name, value) -> shown.add(name + "=" + (isSecret(name) ? "***" : value)));
        return shown.isEmpty() ? text.toString() : text + "?" + String.join("&", shown);
    }

    /** With one slash too few, a user and a password are the beginning of the path. */
    private String shownPath() {
        return hosts.isEmpty() ? PASSWORD_IN_PATH.matcher(path).replaceFirst("$1:***@") : path;
    }

    private boolean isSecret(String name) {
        return knownOptions.stream().anyMatch(option -> option.name().equals(name) && option.secret());
    }

    /** The parts of a URL, before anything is known of the driver. */
    private static final class Url {
        final String scheme;
        Optional<String> user = Optional.empty();
        Optional<String> password = Optional.empty();
        List<Host> hosts = List.of();
        String path;
        final Map<String, String> query = new LinkedHashMap<>();

        private Url(String scheme) {
            this.scheme = scheme;
            this.path = "";
        }

        static String schemeOf(String url) {
            int colon = url.indexOf(':');
            if (colon <= 0 || !url.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
                throw new MisconfiguredException("'" + hidden(url)
                        + "' is no Conclave URL; it must begin with a scheme, such as file:/var/lib/conclave");
            }
            return url.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
        }

        static Url parse(String url) {
            Url parsed = new Url(schemeOf(url));
            String rest = url.substring(parsed.scheme.length() + 1);
            int question = rest.indexOf('?');
            if (question >= 0) {
                parsed.parseQuery(rest.substring(question + 1));
                rest = rest.substring(0, question);
            }
            if (rest.startsWith("//")) {
                int slash = rest.indexOf('/', 2);
                parsed.parseAuthority(slash < 0 ? rest.substring(2) : rest.substring(2, slash));
                rest = slash < 0 ? "" : rest.substring(slash);
            }
            parsed.path = decode(rest);
            return parsed;
        }

        private void parseAuthority(String authority) {
            int at = authority.lastIndexOf('@');
            if (at >= 0) {
                String[] credentials = authority.substring(0, at).split(":", 2);
                user = Optional.of(decode(credentials[0])).filter(name -> !name.isEmpty());
                password = credentials.length > 1 ? Optional.of(decode(credentials[1])) : Optional.empty();
            }
            String addresses = authority.substring(at + 1);
            if (!addresses.isEmpty()) {
                List<Host> found = new ArrayList<>();
                for (String address : addresses.split(",", -1)) {
                    found.add(parseHost(address));
                }
                hosts = List.copyOf(found);
            }
        }

        private Host parseHost(String address) {
            int bracket = address.startsWith("[") ? address.indexOf(']') : 0;
            int colon = bracket < 0 ? -1 : address.indexOf(':', bracket);
            String name = colon < 0 ? address : address.substring(0, colon);
            if (bracket > 0) {
                name = address.substring(1, bracket);
            }
            if (name.isEmpty() || bracket < 0) {
                throw new MisconfiguredException("'" + address + "' is no host in the " + scheme + ": URL");
            }
            if (colon < 0) {
                return new Host(name, -1);
            }
            try {
                int port = Integer.parseInt(address.substring(colon + 1));
                if (port >= 1 && port <= 65_535) {
                    return new Host(name, port);
                }
            } catch (NumberFormatException e) {
                // said below, together with ports that are numbers but out of range
            }
            throw new MisconfiguredException("'" + address + "' has no valid port; it must be from 1 to 65535");
        }

        private void parseQuery(String text) {
            for (String pair : text.split("&", -1)) {
                if (pair.isEmpty()) {
                    continue;
                }
                int equals = pair.indexOf('=');
                if (equals <= 0) {
                    throw new MisconfiguredException(
                            "'" + pair + "' in the " + scheme + ": URL is no option; write name=value");
                }
                String name = decode(pair.substring(0, equals));
                if (query.put(name, decode(pair.substring(equals + 1))) != null) {
                    throw new MisconfiguredException("option " + name + " stands twice in the " + scheme + ": URL");
                }
            }
        }

        private static String decode(String text) {
            try {
                // URLDecoder is for forms, where a plus is a space; in our URLs a plus is a plus.
                return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new MisconfiguredException("bad percent-encoding in the URL: " + e.getMessage(), e);
            }
        }

        /** What of a text that may hold a password can be shown. */
        private static String hidden(String text) {
            return text.replaceAll("//[^/@]*@", "//***@");
        }
    }
}
