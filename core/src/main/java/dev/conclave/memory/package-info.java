/** The {@code memory:} driver, and the hand that applications' tests have on it: {@link dev.conclave.memory.MemoryBackend}. */
@NullMarked
package dev.conclave.memory;

import org.jspecify.annotations.NullMarked;
