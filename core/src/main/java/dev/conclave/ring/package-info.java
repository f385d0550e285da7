/** Who owns which key: consistent hashing over a set of weighted members. Pure: no I/O, no clock, no threads. */
@NullMarked
package dev.conclave.ring;

import org.jspecify.annotations.NullMarked;
