/**
 * The table of sessions, claims and groups in memory that several processes share, and the steps on it. Not for applications.
 *
 * <p>Knows nothing of files or of the kernel's semaphores: who excludes other processes, who tells if a process lives, who makes room and
 * who keeps what must outlive the memory are small interfaces. All is called under the store's mutex.
 */
@NullMarked
package dev.conclave.table;

import org.jspecify.annotations.NullMarked;
