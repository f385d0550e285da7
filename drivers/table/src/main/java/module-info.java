/** The table in shared memory under the drivers for the processes of one host. Not for applications. */
@SuppressWarnings("module") // those who read it are compiled after it
module dev.conclave.table {
    requires transitive dev.conclave;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.conclave.table to
            dev.conclave.file,
            dev.conclave.ipc;
}
