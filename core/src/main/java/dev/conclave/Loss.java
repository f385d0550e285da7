package dev.conclave;

/**
 * Why a claim or a membership ended.
 *
 * @param reason the kind of end
 * @param explanation one line for a log: who, where, how long
 */
public record Loss(LossReason reason, String explanation) {}
