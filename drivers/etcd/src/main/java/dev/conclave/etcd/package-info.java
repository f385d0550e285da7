/** Conclave over etcd, by its gRPC interface. */
@NullMarked
package dev.conclave.etcd;

import org.jspecify.annotations.NullMarked;
