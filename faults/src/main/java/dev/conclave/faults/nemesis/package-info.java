/** What is broken, when, and how: a plan that a seed fixes, and who carries it out. */
package dev.conclave.faults.nemesis;
