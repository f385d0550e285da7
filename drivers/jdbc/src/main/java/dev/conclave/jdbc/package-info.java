/**
 * What the drivers for databases with sessions share: a coordinator's two connections, the thread that asks and the one that listens, the
 * steps as questions, and what a broken connection means. A driver adds its statements, how it connects and what it refuses: a {@link
 * dev.conclave.jdbc.Dialect}.
 *
 * <p>Not an API for applications, nor for authors of other drivers: it changes with the drivers that use it.
 */
@NullMarked
package dev.conclave.jdbc;

import org.jspecify.annotations.NullMarked;
