package dev.conclave.ipc;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.Target;
import dev.conclave.table.Table;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a store is made, if there is none yet; who makes it decides for all.
 *
 * @param size how many bytes of shared memory
 * @param processes how many processes may use it at one time
 * @param isForGroup whether those of the maker's group may use it
 */
record Settings(int size, int processes, boolean isForGroup) {
    static final List<DriverOption> OPTIONS = List.of(
            new DriverOption(
                    "size", "how much memory a store that this member creates has, such as 512MiB; 128MiB", false),
            new DriverOption(
                    "processes", "how many processes may use a store that this member creates at one time; 256", false),
            new DriverOption(
                    "permissions",
                    "who may use a store that this member creates: private (this user) or group (this user's group); private",
                    false));

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(|KIB|MIB|GIB)");
    private static final int MAX_PROCESSES = 10_000;

    static Settings of(Target target) {
        int processes = processes(target.option("processes").orElse("256"));
        int size = size(target.option("size").orElse("128MiB"));
        int least = Segment.tableOffset(processes) + Table.initialSize();
        if (size < least) {
            throw new MisconfiguredException(
                    "option size must be at least " + least + " bytes for " + processes + " processes");
        }
        return new Settings(size, processes, isForGroup(target));
    }

    int mode() {
        return isForGroup ? 0660 : 0600;
    }

    private static int processes(String text) {
        if (text.matches("[0-9]{1,9}")) {
            int processes = Integer.parseInt(text);
            if (processes >= 1 && processes <= MAX_PROCESSES) {
                return processes;
            }
        }
        throw new MisconfiguredException(
                "option processes must be a number from 1 to " + MAX_PROCESSES + ", not '" + text + "'");
    }

    private static int size(String text) {
        Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
        if (matcher.matches()) {
            long size = Long.parseLong(matcher.group(1)) * unit(matcher.group(2));
            if (size <= Integer.MAX_VALUE / 4096 * 4096) {
                return (int) size;
            }
        }
        throw new MisconfiguredException(
                "option size must be a number of bytes below 2GiB such as 512MiB, not '" + text + "'");
    }

    private static long unit(String name) {
        return switch (name) {
            case "KIB" -> 1L << 10;
            case "MIB" -> 1L << 20;
            case "GIB" -> 1L << 30;
            default -> 1;
        };
    }

    private static boolean isForGroup(Target target) {
        String permissions = target.option("permissions").orElse("private");
        return switch (permissions) {
            case "private" -> false;
            case "group" -> true;
            default ->
                throw new MisconfiguredException(
                        "option permissions must be private or group, not '" + permissions + "'");
        };
    }
}
