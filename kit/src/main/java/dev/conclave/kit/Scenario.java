package dev.conclave.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

/**
 * One scenario of the conformance kit, or a part of one: a test with an id. Its sentence is its
 * {@link org.junit.jupiter.api.DisplayName}.
 */
@Test
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Scenario {
    /** The id, such as {@code L1}. Several tests may share one: they are parts of one scenario. */
    String value();

    /** The time-to-live of the sessions in it. Short where the scenario waits for an expiry, else out of its way. */
    String ttl() default "10s";

    /** Whether it needs a backend of its own, because it disturbs or breaks the whole of it. */
    boolean ownBackend() default false;

    /** Whether it needs the machine for itself, because it would slow the others down beyond their time-outs. */
    boolean alone() default false;
}
