/**
 * The conformance kit. A driver's author extends {@link dev.conclave.kit.DriverKit}, says through a
 * {@link dev.conclave.kit.Backend} how to start and break the backend, and has every scenario run on the driver:
 *
 * <pre>{@code
 * class RedisConformanceTest extends DriverKit {
 *     @Override
 *     protected Backend startBackend() throws IOException {
 *         return new RedisServer();       // implements Backend: url(), close(), and the faults that it can do
 *     }
 * }
 * }</pre>
 *
 * <p>A scenario that cannot apply is reported as not applicable, with the reason, and so recorded in the results that the
 * matrix of drivers is made from ({@link dev.conclave.kit.DriverMatrix}).
 */
@NullMarked
package dev.conclave.kit;

import org.jspecify.annotations.NullMarked;
