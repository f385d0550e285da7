/** Benchmarks: Conclave beside its peers, in one run on the same servers. */
package dev.conclave.bench;
