/** Groups, leader election and locks over MySQL and MariaDB. */
module dev.conclave.mysql {
    requires dev.conclave;
    requires java.sql;
    requires org.mariadb.jdbc;
    requires org.slf4j;
    requires static org.jspecify;

    // The client library makes its sockets by a class of ours that it is told the name of.
    exports dev.conclave.mysql to
            org.mariadb.jdbc;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.mysql.MysqlDriverProvider;
}
