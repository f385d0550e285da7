/** The driver for memcached. */
@NullMarked
package dev.conclave.memcached;

import org.jspecify.annotations.NullMarked;
