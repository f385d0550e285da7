package dev.conclave.spi;

import java.util.Set;

/** What came of {@link Driver#renew}. */
public sealed interface Renewal {
    /**
     * The session lives for its whole time-to-live again.
     *
     * @param missingClaims those of the given claims that the backend no longer has as held
     * @param missingEnrolments those of the given enrolments that the backend no longer lists
     */
    record Renewed(Set<ClaimId> missingClaims, Set<EnrolmentId> missingEnrolments) implements Renewal {
        /** Copies the sets. */
        public Renewed {
            missingClaims = Set.copyOf(missingClaims);
            missingEnrolments = Set.copyOf(missingEnrolments);
        }
    }

    /** The backend does not know the session (any more); nothing hangs on it. */
    record NoSession() implements Renewal {}
}
