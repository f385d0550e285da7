/**
 * The {@code conclave} command: locks, elections and groups for people and scripts. A file per command; {@link
 * dev.conclave.cli.Main} reads the words, picks the command, and turns what comes of it into an exit code.
 */
@NullMarked
package dev.conclave.cli;

import org.jspecify.annotations.NullMarked;
