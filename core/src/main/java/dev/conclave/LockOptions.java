package dev.conclave;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a grant may stand. Three different times, with three names: <em>patience</em>, the
 * argument of {@link Lock#tryAcquire(Duration)}, is how long to wait for a grant; {@link #lease()} is
 * how long a grant stands that is not renewed; {@link #maxHold()} is how long one stands at most
 * although it is renewed.
 *
 * <p>By default a grant is renewed and stands until it is released. Immutable.
 */
public final class LockOptions {
    private static final LockOptions DEFAULTS = new LockOptions(Optional.empty(), Optional.empty());

    private final Optional<Duration> lease;
    private final Optional<Duration> maxHold;

    private LockOptions(Optional<Duration> lease, Optional<Duration> maxHold) {
        this.lease = lease;
        this.maxHold = maxHold;
    }

    /** Renewed in the background, without a limit. */
    public static LockOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Not renewed in the background: the grant ends {@code lease} after it was asked for or last {@link
     * Grant#renew() renewed} by its holder, with {@link LossReason#TIME_LIMIT}; or with the session if
     * that ends first.
     *
     * @param lease more than zero
     */
    public LockOptions withLease(Duration lease) {
        return new LockOptions(Optional.of(positive("lease", lease)), maxHold);
    }

    /**
     * Renewed, but released by force {@code maxHold} after it was asked for, with
     * {@link LossReason#TIME_LIMIT}.
     *
     * @param maxHold more than zero
     */
    public LockOptions withMaxHold(Duration maxHold) {
        return new LockOptions(lease, Optional.of(positive("maxHold", maxHold)));
    }

    /** The life of a grant that is not renewed; empty if it is renewed. */
    public Optional<Duration> lease() {
        return lease;
    }

    /** The longest that a grant may be held, renewed or not; empty if there is no limit. */
    public Optional<Duration> maxHold() {
        return maxHold;
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new MisconfiguredException(name + " must be more than zero, not " + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return "LockOptions[lease=" + lease.map(Duration::toString).orElse("renewed") + ", maxHold="
                + maxHold.map(Duration::toString).orElse("none") + "]";
    }
}
