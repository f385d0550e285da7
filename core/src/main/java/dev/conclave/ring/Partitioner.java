package dev.conclave.ring;

/** Placeholder until the ring lands. */
public interface Partitioner {}
