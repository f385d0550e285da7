package dev.conclave.kit.scenarios;

import dev.conclave.kit.Scenario;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/** Lets a scenario that wants the machine for itself have it, while the others share it. */
final class MachineLocks implements ResourceLocksProvider {
    MachineLocks() {}

    @Override
    public Set<Lock> provideForMethod(List<Class<?>> enclosing, Class<?> testClass, Method method) {
        Scenario scenario = method.getAnnotation(Scenario.class);
        boolean alone = scenario != null && scenario.alone();
        return Set.of(
                new Lock("dev.conclave.kit.machine", alone ? ResourceAccessMode.READ_WRITE : ResourceAccessMode.READ));
    }
}
