/** The driver for PostgreSQL. */
@NullMarked
package dev.conclave.postgresql;

import org.jspecify.annotations.NullMarked;
