package dev.conclave.spi;

/**
 * A store on this host that stays when its last member has gone.
 *
 * @param url where members meet in it
 * @param bytes how much memory or disk it has
 * @param processes how many living processes use it
 */
public record Leftover(String url, long bytes, int processes) {}
