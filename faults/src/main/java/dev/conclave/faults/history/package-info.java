/** What happened in a run, as everybody in it saw it: one file of JSON lines for each process, read as one list in the order of time. */
package dev.conclave.faults.history;
