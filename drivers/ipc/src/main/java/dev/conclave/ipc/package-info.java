/** The ipc driver: processes of one host meet in shared memory under System V semaphores; no server and no files. */
@NullMarked
package dev.conclave.ipc;

import org.jspecify.annotations.NullMarked;
