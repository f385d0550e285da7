/** Members and servers that are broken at random: see README.md. */
package dev.conclave.faults;
