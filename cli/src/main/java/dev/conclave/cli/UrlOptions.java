package dev.conclave.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options in a URL's query, as text. */
final class UrlOptions {
    private UrlOptions() {}

    /** The URL with this option, in place of its own option of that name. */
    static String with(String url, String name, String value) {
        int question = url.indexOf('?');
        List<String> pairs = new ArrayList<>(pairs(url));
        pairs.removeIf(pair -> pair.startsWith(name + "="));
        pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
        return (question < 0 ? url : url.substring(0, question)) + "?" + String.join("&", pairs);
    }

    /** The option's value, still encoded. */
    static Optional<String> valueOf(String url, String name) {
        return pairs(url).stream()
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst();
    }

    private static List<String> pairs(String url) {
        int question = url.indexOf('?');
        return question < 0 || question == url.length() - 1
                ? List.of()
                : List.of(url.substring(question + 1).split("&"));
    }
}
