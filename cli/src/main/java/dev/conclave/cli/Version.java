package dev.conclave.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Which version this is. */
final class Version {
    private Version() {}

    /** Maven writes it into every jar; classes that are not in a jar are somebody's work in progress. */
    static String text() {
        try (@Nullable
                InputStream file =
                        Version.class.getResourceAsStream("/META-INF/maven/dev.conclave/conclave-cli/pom.properties")) {
            Properties properties = new Properties();
            if (file != null) {
                properties.load(file);
            }
            return properties.getProperty("version", "(development)");
        } catch (IOException e) {
            return "(unknown)";
        }
    }
}
