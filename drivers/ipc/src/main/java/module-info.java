/** Groups, leader election and locks for processes of one host, in shared memory under System V semaphores. */
module dev.conclave.ipc {
    requires com.sun.jna;
    requires dev.conclave;
    requires dev.conclave.table;
    requires static org.jspecify;

    // JNA links the native methods.
    opens dev.conclave.ipc to
            com.sun.jna;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.ipc.IpcDriverProvider;
}
