/** The servers that contestants run on, and what these counted. */
package dev.conclave.bench.deployments;
