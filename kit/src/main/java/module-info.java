/**
 * Holds a driver to its promises: the scenarios that every Conclave driver is run through, and what they are made of.
 */
module dev.conclave.kit {
    requires transitive dev.conclave;
    requires transitive org.junit.jupiter.api;
    requires org.assertj.core;
    requires transitive com.google.gson;
    requires java.management;

    exports dev.conclave.kit;
    exports dev.conclave.kit.line;
    exports dev.conclave.kit.net;
    exports dev.conclave.kit.process;
    exports dev.conclave.kit.results;
    exports dev.conclave.kit.scenarios;

    // JUnit finds the scenarios by reflection.
    opens dev.conclave.kit to
            org.junit.platform.commons;
    opens dev.conclave.kit.scenarios to
            org.junit.platform.commons;

    uses dev.conclave.spi.DriverProvider;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.kit.line.LineProvider;
}
