/** The scenarios, each from a failure that users of other coordination systems had. */
@NullMarked
package dev.conclave.kit.scenarios;

import org.jspecify.annotations.NullMarked;
