/** A member in a JVM of its own that uses all of Conclave at random, and writes down what it believed and did. */
package dev.conclave.faults.member;
