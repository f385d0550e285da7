/** The line between one member and the backend, which a scenario can cut, silence and slow down: {@link dev.conclave.kit.line.Line}. */
@NullMarked
package dev.conclave.kit.line;

import org.jspecify.annotations.NullMarked;
