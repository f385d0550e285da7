/** The {@code conclave} command. */
module dev.conclave.cli {
    requires dev.conclave;
    requires static org.jspecify;
    requires info.picocli;
    requires com.google.gson;
    requires org.slf4j;
    // For sun.misc.Signal, see EndSignals.
    requires jdk.unsupported;

    uses dev.conclave.spi.DriverProvider;

    // Which makes the logger.
    exports dev.conclave.cli to
            org.slf4j;
}
