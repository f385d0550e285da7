package dev.conclave.memcached;

import org.jspecify.annotations.Nullable;

/**
 * What the server answered to one command.
 *
 * @param code {@code HD} done, {@code VA} a value, {@code EN} not there, {@code NS} is there already, {@code EX} has changed,
 *     {@code NF} not there; or an error, with its text
 * @param cas the number of the item's last change; unique and growing as long as the server runs
 * @param seconds the item's time-to-live, -1 for ever
 */
record Reply(String code, String line, long cas, long seconds, byte @Nullable [] value) {
    static Reply of(String line, byte @Nullable [] value) {
        long cas = 0;
        long seconds = -1;
        int from = line.indexOf(' ');
        String code = from < 0 ? line : line.substring(0, from);
        boolean flags = code.length() == 2;
        while (flags && from > 0) {
            int to = line.indexOf(' ', from + 1);
            String word = to < 0 ? line.substring(from + 1) : line.substring(from + 1, to);
            if (word.startsWith("c")) {
                cas = Long.parseLong(word.substring(1));
            } else if (word.startsWith("t")) {
                seconds = Long.parseLong(word.substring(1));
            }
            from = to;
        }
        return new Reply(code, line, cas, seconds, value);
    }

    /** How many bytes of a value follow this line; -1 if none do. */
    static int valueLength(String line) {
        if (!line.startsWith("VA ")) {
            return -1;
        }
        int to = line.indexOf(' ', 3);
        return Integer.parseInt(line.substring(3, to < 0 ? line.length() : to));
    }

    boolean isDone() {
        return code.equals("HD");
    }

    /** Whether an item was there; of a get. */
    boolean isThere() {
        return code.equals("HD") || code.equals("VA");
    }

    /** Something that no command of ours is answered with while all is well. */
    boolean isError() {
        return code.length() != 2;
    }

    /** The server has understood the command, and what follows it is in order. */
    boolean isServersTrouble() {
        return code.equals("SERVER_ERROR");
    }

    byte[] bytes() {
        if (value == null) {
            throw new IllegalStateException("no value came with: " + line);
        }
        return value;
    }
}
