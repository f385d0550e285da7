package dev.conclave.cli;

import java.util.List;

/** Where the caller's locale has no UTF-8, as under cron, Java reads every letter beyond ASCII as the same one. */
final class Locales {
    private static final char UNREADABLE = '\uFFFD';

    private Locales() {}

    /** Fails rather than let two names become one. */
    static void requireReadable(List<String> words, Console console) {
        for (String word : words) {
            if (word.indexOf(UNREADABLE) >= 0 && !"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
                String locale = console.variable("LC_ALL")
                        .or(() -> console.variable("LC_CTYPE"))
                        .or(() -> console.variable("LANG"))
                        .orElse("C");
                throw Failure.usage("cannot read '" + word + "' in the locale " + locale
                        + "; set LC_ALL to one with UTF-8, such as C.UTF-8");
            }
        }
    }
}
