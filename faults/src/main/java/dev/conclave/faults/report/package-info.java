/** What was done, how often, and what was seen: as data, as a page, and as pictures. */
@NullMarked
package dev.conclave.faults.report;

import org.jspecify.annotations.NullMarked;
