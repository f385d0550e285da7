/**
 * The table of sessions, claims and groups in memory that several processes share, and the steps on it.
 *
 * <p>Knows nothing of files: who excludes other processes, who tells if a process lives, who makes room and
 * who keeps what must outlive the memory are small interfaces. All is called under the store's mutex.
 */
@NullMarked
package dev.conclave.file.table;

import org.jspecify.annotations.NullMarked;
