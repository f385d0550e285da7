package dev.conclave.spi;

import java.time.Duration;

/**
 * What the engine lends to a driver.
 *
 * @param member the coordinator's member id, for the names of threads and connections
 * @param signals how to wake the engine
 * @param time the clock; drivers that need none other than their backend's do without
 * @param callTimeout how long the engine waits for a step; client libraries' own time-outs follow it
 */
public record Environment(String member, Signals signals, TimeSource time, Duration callTimeout) {}
