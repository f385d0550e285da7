/** The driver for Redis or Valkey. */
@NullMarked
package dev.conclave.redis;

import org.jspecify.annotations.NullMarked;
