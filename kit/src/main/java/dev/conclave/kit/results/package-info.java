/** What a run found, as data. */
@NullMarked
package dev.conclave.kit.results;

import org.jspecify.annotations.NullMarked;
