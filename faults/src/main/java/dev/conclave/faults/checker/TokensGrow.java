package dev.conclave.faults.checker;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens strictly grew. The backend granted a claim after it was asked for, and before its holder said so. So of two claims on a name
 *
 * <ul>
 *   <li>none has the other's token;
 *   <li>one that was asked for after the other was said to be granted has the larger;
 *   <li>and one that was believed in only after the belief in the other had ended, beside which it cannot stand, too.
 * </ul>
 */
final class TokensGrow implements Check {
    @Override
    public int number() {
        return 4;
    }

    @Override
    public String title() {
        return "tokens strictly grew";
    }

    @Override
    public void decide(Run run, Decision decision) {
        run.granted().forEach((name, claims) -> {
            noneTwice(decision, name, claims);
            inOrderOfTime(run, decision, name, claims);
            Overtaken.believed(claims).stream()
                    .filter(Overtaken::tokensInterchanged)
                    .forEach(pair -> decision.violated(
                            pair.old() + " was granted " + name + " after " + pair.by()
                                    + " had had it, with a smaller token",
                            pair.old().story(),
                            pair.by().story()));
        });
    }

    private static void noneTwice(Decision decision, Claim.Name name, List<Claim> claims) {
        Map<Long, Claim> byToken = new HashMap<>();
        for (Claim claim : claims) {
            Claim other = byToken.putIfAbsent(claim.token(), claim);
            if (other != null) {
                decision.violated(
                        other.id() + " and " + claim.id() + " were both granted " + name + " with token "
                                + claim.token(),
                        other.story(),
                        claim.story());
            }
        }
    }

    private static void inOrderOfTime(Run run, Decision decision, Claim.Name name, List<Claim> claims) {
        List<Claim> byAsking = claims.stream()
                .sorted(Comparator.comparingLong(Claim::notGrantedBefore))
                .toList();
        List<Claim> byGrant = claims.stream()
                .sorted(Comparator.comparingLong(Claim::grantedBy))
                .toList();
        int next = 0;
        Optional<Claim> largest = Optional.empty();
        for (Claim claim : byAsking) {
            while (next < byGrant.size() && byGrant.get(next).grantedBy() < claim.notGrantedBefore()) {
                Claim earlier = byGrant.get(next++);
                if (largest.isEmpty() || largest.get().token() < earlier.token()) {
                    largest = Optional.of(earlier);
                }
            }
            if (largest.isPresent() && largest.get().token() >= claim.token()) {
                Claim earlier = largest.get();
                decision.violated(
                        claim + " asked for " + name + " at " + run.at(claim.notGrantedBefore()) + ", "
                                + Run.span(claim.notGrantedBefore() - earlier.grantedBy()) + " after " + earlier
                                + " was granted it, and got no larger token",
                        earlier.story(),
                        claim.story());
            } else if (largest.isPresent()) {
                decision.decided();
            }
        }
    }
}
