/** Groups, leader election and locks for processes of one host, in a directory. */
module dev.conclave.file {
    requires dev.conclave;
    requires dev.conclave.table;
    requires static org.jspecify;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.file.FileDriverProvider;
}
