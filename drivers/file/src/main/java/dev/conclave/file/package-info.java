/** The file driver: processes of one host meet in a directory; no server, and nothing that outlives a process. */
@NullMarked
package dev.conclave.file;

import org.jspecify.annotations.NullMarked;
