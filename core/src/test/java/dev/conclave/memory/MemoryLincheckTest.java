package dev.conclave.memory;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Lets Lincheck find an order in which the steps of several threads give what the plain model gives. */
@DisplayName("the memory driver's claims, under threads")
@Order(1) // first: Lincheck transforms every class that is loaded, and those of the other tests take it minutes
@Param(name = "slot", gen = IntGen.class, conf = "0:3")
@Param(name = "flag", gen = BooleanGen.class)
@SuppressWarnings({"exports", "missing-explicit-ctor"}) // Lincheck wants public classes; the tests are in no module
public class MemoryLincheckTest {
    private static final String NAME = "x";

    private final Driver driver;

    public MemoryLincheckTest() {
        VirtualTime time = new VirtualTime();
        // No URL leads here, so the backend goes with the test object.
        MemoryBackend backend = new MemoryBackend("lincheck", time);
        driver = backend.connect(
                        "conclave",
                        Duration.ofSeconds(3),
                        new Environment("m", subject -> {}, time, Duration.ofSeconds(3)))
                .join();
        for (int slot = 0; slot < 4; slot++) {
            driver.openSession(id(slot).session(), Duration.ofSeconds(10)).join();
        }
    }

    private static ClaimId id(int slot) {
        return new ClaimId(TestMember.lock(NAME), new SessionId("m", "i" + slot), slot);
    }

    @Operation
    public String claim(@Param(name = "slot") int slot, @Param(name = "flag") boolean queue) {
        // Half of the slots read and half write, so that a repeated request is the same request.
        ClaimReply reply = driver.claim(new ClaimRequest(id(slot), slot % 2 == 0, queue, ""))
                .join();
        return reply instanceof ClaimReply.Granted granted
                ? "granted " + granted.token()
                : reply.getClass().getSimpleName();
    }

    @Operation
    public String release(@Param(name = "slot") int slot) {
        Released released = driver.release(id(slot)).join();
        return released.name();
    }

    @Operation
    public boolean breakClaim(@Param(name = "slot") int token) {
        return driver.breakClaim(TestMember.lock(NAME), token).join();
    }

    @Operation
    public String inspect() {
        ClaimStatus status = driver.inspect(TestMember.lock(NAME)).join();
        List<Long> tokens =
                status.holders().stream().map(ClaimStatus.Holding::token).toList();
        return tokens + " " + status.waiters();
    }

    /** The promise at its plainest: a list in the order of asking, and whoever nobody before is in the way of has a token. */
    public static class Model {
        private final List<Integer> slots = new ArrayList<>();
        private final Map<Integer, Long> tokens = new LinkedHashMap<>();
        private long lastToken;

        public String claim(int slot, boolean queue) {
            if (!slots.contains(slot)) {
                slots.add(slot);
                grant();
            }
            if (tokens.containsKey(slot)) {
                return "granted " + tokens.get(slot);
            }
            if (!queue) {
                release(slot);
                return "Busy";
            }
            return "Waiting";
        }

        public String release(int slot) {
            boolean waited = slots.remove((Integer) slot);
            boolean held = tokens.remove(slot) != null;
            grant();
            return held ? "HELD" : waited ? "WAITING" : "NOTHING";
        }

        public boolean breakClaim(int token) {
            for (Map.Entry<Integer, Long> holding : List.copyOf(tokens.entrySet())) {
                if (holding.getValue() == token) {
                    release(holding.getKey());
                    return true;
                }
            }
            return false;
        }

        public String inspect() {
            return List.copyOf(tokens.values()) + " " + (slots.size() - tokens.size());
        }

        /** By its state, so that Lincheck meets a state again instead of following it anew. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Model model
                    && slots.equals(model.slots)
                    && tokens.equals(model.tokens)
                    && lastToken == model.lastToken;
        }

        @Override
        public int hashCode() {
            return Objects.hash(slots, tokens, lastToken);
        }

        private void grant() {
            for (int place = 0; place < slots.size(); place++) {
                int slot = slots.get(place);
                boolean free = slots.subList(0, place).stream().allMatch(before -> before % 2 == 0 && slot % 2 == 0);
                if (free && !tokens.containsKey(slot)) {
                    tokens.put(slot, ++lastToken);
                }
            }
        }
    }

    @Test
    @DisplayName("behave as in some order, one at a time")
    void stress() {
        new StressOptions()
                .iterations(60)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(Model.class)
                .check(getClass());
    }
}
