package dev.conclave.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What the module shows to others. */
class ModuleTest {
    @Test
    void theEngineIsNotExported() throws IOException {
        var module = descriptorOf("dev.conclave");

        assertThat(module.isOpen()).isFalse();
        assertThat(module.exports())
                .extracting(ModuleDescriptor.Exports::source)
                .isNotEmpty()
                .noneMatch(ModuleTest::isEngine);
        assertThat(module.opens()).extracting(ModuleDescriptor.Opens::source).noneMatch(ModuleTest::isEngine);
    }

    private static boolean isEngine(String packageName) {
        return packageName.equals("dev.conclave.engine") || packageName.startsWith("dev.conclave.engine.");
    }

    /** Tests run on the class path, where nobody has read the descriptor; the JDK's own are on it too. */
    private static ModuleDescriptor descriptorOf(String name) throws IOException {
        for (var found : Collections.list(ModuleTest.class.getClassLoader().getResources("module-info.class"))) {
            try (var descriptor = found.openStream()) {
                var module = ModuleDescriptor.read(descriptor);
                if (module.name().equals(name)) {
                    return module;
                }
            }
        }
        throw new AssertionError("no module-info.class of " + name + " on the class path");
    }
}
