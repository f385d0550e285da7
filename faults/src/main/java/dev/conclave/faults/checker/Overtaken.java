package dev.conclave.faults.checker;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A claim of which something is known after a claim with a larger token was granted, beside which it cannot stand.
 *
 * @param old the one with the smaller token
 * @param by the one with the larger token
 * @param time for how long after that grant, at least
 */
record Overtaken(Claim old, Claim by, long time) {
    /**
     * All of one name.
     *
     * @param claims by their tokens
     * @param known the last moment of which something is known of a claim
     */
    static List<Overtaken> among(List<Claim> claims, Function<Claim, OptionalLong> known) {
        long[] earliestGrantFrom = new long[claims.size() + 1];
        earliestGrantFrom[claims.size()] = Long.MAX_VALUE;
        for (int i = claims.size() - 1; i >= 0; i--) {
            earliestGrantFrom[i] =
                    Math.min(earliestGrantFrom[i + 1], claims.get(i).grantedBy());
        }
        List<Overtaken> found = new ArrayList<>();
        List<Claim> open = new ArrayList<>();
        for (int i = 0; i < claims.size(); i++) {
            long earliest = earliestGrantFrom[i];
            open.removeIf(old -> known.apply(old).orElse(Long.MIN_VALUE) <= earliest);
            Claim by = claims.get(i);
            for (Claim old : open) {
                long time = known.apply(old).orElse(Long.MIN_VALUE) - by.grantedBy();
                if (time > 0 && old.conflictsWith(by) && old.token() < by.token()) {
                    found.add(new Overtaken(old, by, time));
                }
            }
            if (known.apply(by).isPresent()) {
                open.add(by);
            }
        }
        return found;
    }

    /** Those that were believed in afterwards. */
    static List<Overtaken> believed(List<Claim> claims) {
        return among(claims, Claim::believedUntil);
    }

    /** Whether the older one was believed in only after the newer one was not any more: then it is the tokens that are wrong. */
    boolean tokensInterchanged() {
        long newerEnded = by.releasing().map(Told::at).orElse(by.believedUntil().orElse(Long.MAX_VALUE));
        return old.believedFrom().orElse(Long.MIN_VALUE) >= newerEnded;
    }

    /** Then no other was granted beside which it cannot stand, until it was given back. */
    private static boolean stoodUntilReleased(Claim claim) {
        return claim.released()
                .map(released -> released.event().result().equals("RELEASED"))
                .orElse(false);
    }

    /** Whether the backend can have forgotten the older one, or its session, by a fault that the driver's bound is for. */
    boolean excused(Run run) {
        long since = run.granted().getOrDefault(old.name(), List.of()).stream()
                .filter(before ->
                        before.token() < old.token() && before.conflictsWith(old) && stoodUntilReleased(before))
                .mapToLong(before -> before.releasing().map(Told::at).orElse(Long.MIN_VALUE))
                .reduce(old.notGrantedBefore(), Math::max);
        return run.faults().stream()
                .anyMatch(fault -> fault.meets(since - FaultKinds.stillForgets(run), by.grantedBy())
                        && FaultKinds.excusesOverlap(
                                run.began(), fault, old.life().member()));
    }
}
