/** Members in JVMs of their own, which a scenario can pause and kill: {@link dev.conclave.kit.process.MemberProcess}. */
@NullMarked
package dev.conclave.kit.process;

import org.jspecify.annotations.NullMarked;
