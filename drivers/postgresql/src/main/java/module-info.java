/** Groups, leader election and locks over PostgreSQL. */
module dev.conclave.postgresql {
    requires dev.conclave.jdbc;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires static org.checkerframework.checker.qual;
    requires static org.jspecify;

    // The client library makes the sockets' factory by its name.
    opens dev.conclave.postgresql to
            org.postgresql.jdbc;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.postgresql.PostgresqlDriverProvider;
}
