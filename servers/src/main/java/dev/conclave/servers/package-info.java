/** Real servers as child processes, to be paused, killed and restarted by tests and benchmarks. */
@NullMarked
package dev.conclave.servers;

import org.jspecify.annotations.NullMarked;
