/** Group membership, leader election, distributed locks and partitioning through one API. */
module dev.conclave {
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires com.google.gson;

    exports dev.conclave;
    exports dev.conclave.ring;
    exports dev.conclave.spi;
    exports dev.conclave.spi.support;
    exports dev.conclave.memory;

    uses dev.conclave.spi.DriverProvider;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.memory.MemoryDriverProvider;
}
