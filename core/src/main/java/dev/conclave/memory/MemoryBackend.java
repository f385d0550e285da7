package dev.conclave.memory;

/** Placeholder. */
public final class MemoryBackend {}
