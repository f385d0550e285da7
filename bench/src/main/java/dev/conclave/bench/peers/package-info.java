/** The contestants: Conclave, the raw clients as a floor, and the libraries that Java programs use today. */
package dev.conclave.bench.peers;
