/** What several drivers need, and none should write again: for authors of drivers, who are free to do without. */
@NullMarked
package dev.conclave.spi.support;

import org.jspecify.annotations.NullMarked;
