package dev.conclave.memory;

/**
 * The way between a member and the backend. Each message is handed in as what happens when it arrives;
 * the link runs that at once, later, on another thread, twice, or never.
 */
interface Link {
    /** From the member to the backend. */
    void request(Runnable arrival);

    /** From the backend to the member: the answer to a request. */
    void reply(Runnable arrival);

    /** From the backend to the member: a signal. */
    void signal(Runnable arrival);
}
