/** The driver for MySQL and MariaDB. */
@NullMarked
package dev.conclave.mysql;

import org.jspecify.annotations.NullMarked;
