/** Policy, written once for all drivers; not exported. Its terms, threads and time-outs are in docs/internals.md. */
@NullMarked
package dev.conclave.engine;

import org.jspecify.annotations.NullMarked;
