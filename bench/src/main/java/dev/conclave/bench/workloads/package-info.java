/** What is measured: a class for each workload. */
package dev.conclave.bench.workloads;
