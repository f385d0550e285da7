package dev.conclave.kit;

import java.time.Duration;

/** The sizes that can be chosen: short by default, long with {@code conclave.kit.long=true}. */
public final class Size {
    private static final boolean LONG = Boolean.getBoolean("conclave.kit.long");

    private Size() {}

    /** One of two numbers. */
    public static int of(int shortForm, int longForm) {
        return LONG ? longForm : shortForm;
    }

    /** How long a loop may go on that does as much as it can: a driver that is slow does less. */
    public static Duration budget() {
        return LONG ? Duration.ofMinutes(2) : Duration.ofSeconds(5);
    }
}
