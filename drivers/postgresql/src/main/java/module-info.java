/** Groups, leader election and locks over PostgreSQL. */
module dev.conclave.postgresql {
    requires dev.conclave;
    requires java.sql;
    requires org.postgresql.jdbc;
    requires org.slf4j;
    requires static org.jspecify;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.postgresql.PostgresqlDriverProvider;
}
