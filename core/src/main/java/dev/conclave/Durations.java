package dev.conclave;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them, everywhere alike: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, {@code 1d}. */
public final class Durations {
    private static final Duration LONGEST = Duration.ofMillis(999_999_999_999_999L);
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws MisconfiguredException if the text is not of this form
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new MisconfiguredException("'" + text
                    + "' is no duration; write a whole number and ms, s, m, h or d, such as 500ms, 10s or 2m");
        }
        try {
            return Duration.ofMillis(Math.multiplyExact(Long.parseLong(matcher.group(1)), millisOf(matcher.group(2))));
        } catch (ArithmeticException e) {
            throw new MisconfiguredException("'" + text + "' is too long a duration", e);
        }
    }

    private static long millisOf(String unit) {
        return Objects.requireNonNull(MILLIS.get(unit), unit);
    }

    /** Writes a duration in the largest unit that loses nothing down to the millisecond; one of ages as the longest that can be read. */
    public static String format(Duration duration) {
        long millis = duration.compareTo(LONGEST) < 0 ? duration.toMillis() : LONGEST.toMillis();
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            long size = millisOf(unit);
            if (millis != 0 && millis % size == 0) {
                return millis / size + unit;
            }
        }
        return millis + "ms";
    }
}
