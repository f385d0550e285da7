/** Where a run takes place: a driver's real backend, with what can be done to it and what is left on it. */
package dev.conclave.faults.sites;
