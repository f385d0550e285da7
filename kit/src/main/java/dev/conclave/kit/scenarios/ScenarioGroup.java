package dev.conclave.kit.scenarios;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What all groups of scenarios have in common: they may run side by side, and none hangs for ever. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(providers = MachineLocks.class)
@Timeout(600)
abstract class ScenarioGroup {}
