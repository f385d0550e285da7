package dev.conclave.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every step of the count as its process told it, by fencing token; so that the end can be checked against the steps. */
final class DemoLedger {
    private final Map<Long, Step> steps = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * A step.
     *
     * @param from what the member read
     * @param isWritten whether it said that it wrote one more
     */
    record Step(String member, long token, long from, boolean isWritten) {}

    void takes(String member, long token, long from) {
        if (steps.put(token, new Step(member, token, from, false)) != null) {
            faults.add("token " + token + " was given twice");
        }
    }

    void wrote(String member, long token, long to) {
        steps.put(token, new Step(member, token, to - 1, true));
    }

    void refused(String member, long token, long newer) {
        faults.add(member + " came with token " + token + " after " + newer);
    }

    /** The step that the member began and did not confirm, if that was its last. */
    Optional<Step> begunBy(String member) {
        Step last = null;
        for (Step step : steps.values()) {
            last = step.member().equals(member) ? step : last;
        }
        return Optional.ofNullable(last).filter(step -> !step.isWritten());
    }

    /**
     * The outcome.
     *
     * @param increments how many steps count; a last one that a killed member did not live to confirm counts if the next
     *     member read what it wrote
     * @param firstToken of the first step
     * @param lastToken of the last step
     * @param faults what is wrong; empty if all is well
     */
    record Result(long increments, long firstToken, long lastToken, List<String> faults) {}

    /** Follows the steps by their tokens: each has to begin where the one before ended. */
    Result check(long counter) {
        List<String> found = new ArrayList<>(faults);
        long count = 0;
        long first = 0;
        long last = 0;
        boolean isCertain = true;
        for (Step step : steps.values()) {
            if (!isCertain && step.from() == count - 1) {
                // Killed after it read and before it wrote: nothing happened.
                count--;
            }
            if (step.from() != count) {
                found.add(step.member() + " with token " + step.token() + " read " + step.from() + ", not " + count
                        + ": a step was lost");
                count = step.from();
            }
            count++;
            isCertain = step.isWritten();
            first = first == 0 ? step.token() : first;
            last = step.token();
        }
        if (!isCertain && counter == count - 1) {
            count--;
        }
        if (counter != count) {
            found.add("the counter is " + counter + " after " + count + " increments");
        }
        return new Result(count, first, last, found);
    }
}
