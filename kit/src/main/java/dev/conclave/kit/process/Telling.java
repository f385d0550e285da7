package dev.conclave.kit.process;

import com.google.gson.JsonObject;

/** How a member tells its parent of something that nobody asked for. */
@FunctionalInterface
interface Telling {
    /** Sends an event on a named stream. */
    void tell(String stream, JsonObject event);
}
