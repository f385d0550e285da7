/**
 * What an application imports. Start at {@link dev.conclave.Conclave#connect(String, String)}.
 *
 * <p>A {@link dev.conclave.Coordinator} is a member's connection to a backend. From it come a
 * {@link dev.conclave.Lock} and its {@link dev.conclave.Grant}s, an {@link dev.conclave.Election}
 * and its {@link dev.conclave.Leadership}s, a {@link dev.conclave.Group} and its
 * {@link dev.conclave.Membership}s. Every operation that talks to the backend comes in a blocking
 * form, and as an asynchronous twin behind {@code async()}.
 */
@NullMarked
package dev.conclave;

import org.jspecify.annotations.NullMarked;
