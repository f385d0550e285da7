/** Faults on real connections: {@link dev.conclave.kit.net.TcpProxy}. */
@NullMarked
package dev.conclave.kit.net;

import org.jspecify.annotations.NullMarked;
