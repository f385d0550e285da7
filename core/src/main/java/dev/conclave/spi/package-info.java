/**
 * What a driver author implements: a {@link dev.conclave.spi.DriverProvider} that opens a
 * {@link dev.conclave.spi.Driver}, which does one atomic step at a time.
 *
 * <p>The engine owns waiting, time-outs, retries, renewal, deadlines and the order of events. A
 * driver never sleeps, never retries by itself and never calls application code.
 */
@NullMarked
package dev.conclave.spi;

import org.jspecify.annotations.NullMarked;
