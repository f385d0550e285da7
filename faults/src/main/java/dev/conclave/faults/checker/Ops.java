package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event;
import java.util.OptionalLong;

/** Which claim of its process an event tells of. */
final class Ops {
    private Ops() {}

    static OptionalLong of(Event event) {
        if (event instanceof Event.Asked asked) {
            return OptionalLong.of(asked.op());
        } else if (event instanceof Event.Granted granted) {
            return OptionalLong.of(granted.op());
        } else if (event instanceof Event.GaveUp gaveUp) {
            return OptionalLong.of(gaveUp.op());
        } else if (event instanceof Event.Believed believed) {
            return OptionalLong.of(believed.op());
        } else if (event instanceof Event.Disbelieved disbelieved) {
            return OptionalLong.of(disbelieved.op());
        } else if (event instanceof Event.State state) {
            return OptionalLong.of(state.op());
        } else if (event instanceof Event.Lost lost) {
            return OptionalLong.of(lost.op());
        } else if (event instanceof Event.Step step) {
            return OptionalLong.of(step.op());
        } else if (event instanceof Event.Releasing releasing) {
            return OptionalLong.of(releasing.op());
        } else if (event instanceof Event.Released released) {
            return OptionalLong.of(released.op());
        }
        return OptionalLong.empty();
    }
}
