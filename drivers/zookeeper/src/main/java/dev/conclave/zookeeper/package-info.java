/** The driver for ZooKeeper. */
@NullMarked
package dev.conclave.zookeeper;

import org.jspecify.annotations.NullMarked;
