package dev.conclave;

/** A listener's registration. Closing it is immediate and idempotent: no call to the listener starts afterwards. */
public interface Subscription extends AutoCloseable {
    /** Ends the registration. A call of the listener that is running already is not waited for. */
    @Override
    void close();
}
