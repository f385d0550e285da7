package dev.conclave.memcached;

import org.jspecify.annotations.Nullable;

/** What the server answered to one command. */
final class Reply {
    private final String code;
    private final String line;
    private final long cas;
    private final long seconds;
    private final long beside;
    private final byte @Nullable [] value;

    private Reply(String code, String line, long cas, long seconds, long beside, byte @Nullable [] value) {
        this.code = code;
        this.line = line;
        this.cas = cas;
        this.seconds = seconds;
        this.beside = beside;
        this.value = value;
    }

    static Reply of(String line, byte @Nullable [] value) {
        long cas = 0;
        long seconds = -1;
        long beside = 0;
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
            } else if (word.startsWith("f")) {
                beside = Long.parseLong(word.substring(1));
            }
            from = to;
        }
        return new Reply(code, line, cas, seconds, beside, value);
    }

    /** How many bytes of a value follow this line; -1 if none do. */
    static int valueLength(String line) {
        if (!line.startsWith("VA ")) {
            return -1;
        }
        int to = line.indexOf(' ', 3);
        return Integer.parseInt(line.substring(3, to < 0 ? line.length() : to));
    }

    /** As it came. */
    String line() {
        return line;
    }

    /** The number of the item's last change; unique and growing as long as the server runs. */
    long cas() {
        return cas;
    }

    /** The item's time-to-live, -1 for ever. */
    long seconds() {
        return seconds;
    }

    /** The number that was stored beside the value. */
    long beside() {
        return beside;
    }

    /** Whether it was stored or deleted; others are NS and EX, somebody else was first, and NF, there is none. */
    boolean isDone() {
        return code.equals("HD");
    }

    /** Whether there is another change of the item than the one that was compared with. */
    boolean isOther() {
        return code.equals("EX");
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
