/** Groups, leader election and locks over MySQL and MariaDB. */
module dev.conclave.mysql {
    requires dev.conclave.jdbc;
    requires java.sql;
    requires org.mariadb.jdbc;
    requires org.slf4j;
    requires static org.jspecify;

    // The client library makes its sockets, and shows certificates, by classes of ours.
    exports dev.conclave.mysql to
            org.mariadb.jdbc;

    provides dev.conclave.spi.DriverProvider with
            dev.conclave.mysql.MysqlDriverProvider;
    provides org.mariadb.jdbc.plugin.TlsSocketPlugin with
            dev.conclave.mysql.ClientCertificate;
}
