/** The resources that members write to: one that looks at fencing tokens, and one that takes everything. No fault touches them. */
package dev.conclave.faults.registers;
