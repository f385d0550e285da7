package dev.conclave;

import dev.conclave.spi.Names;

/** How a candidate runs. Immutable. */
public final class ElectionOptions {
    private static final ElectionOptions DEFAULTS = new ElectionOptions("");

    private final String payload;

    private ElectionOptions(String payload) {
        this.payload = payload;
    }

    /** No payload. */
    public static ElectionOptions defaults() {
        return DEFAULTS;
    }

    /**
     * What others read in {@link Leader#payload()} while this candidate leads: an address, a version.
     *
     * @param payload any text up to 64 KiB of UTF-8
     */
    public ElectionOptions withPayload(String payload) {
        return new ElectionOptions(Names.checkedText("payload", payload, Names.MAX_PAYLOAD_BYTES));
    }

    /** The payload, or the empty string. */
    public String payload() {
        return payload;
    }

    @Override
    public String toString() {
        return "ElectionOptions[payload=" + payload + "]";
    }
}
