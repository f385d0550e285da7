/** What Conclave's drivers for databases share. Not an API for applications. */
module dev.conclave.jdbc {
    requires transitive dev.conclave;
    requires transitive java.sql;
    requires org.slf4j;
    requires static org.jspecify;

    exports dev.conclave.jdbc;
}
