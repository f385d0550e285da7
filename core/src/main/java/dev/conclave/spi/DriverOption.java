package dev.conclave.spi;

/**
 * An option of a driver.
 *
 * @param name as it stands in a URL, in lower case with hyphens
 * @param meaning one line for people: what it does, its unit and default
 * @param secret whether its value prints as {@code ***}
 */
public record DriverOption(String name, String meaning, boolean secret) {}
